//! The repository `ada/engine` with five issues, and the server of its archives.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::chunks::Chunks;
use crate::public_apis::{behind_a_token, header, json, parameter, serve};

const REPOSITORY: &str = r#"{"id":1815,"full_name":"ada/engine","private":false}"#;
const VERSION: &str = "W/\"3d8f\"";
const RESET: &str = "1792567680";
const LAST_ISSUE: usize = 5;
/// The token in the address of an archive.
const OF_ARCHIVE: &str = "AB%2BC";

/// Starts both servers, and returns the URL of the API.
pub(super) async fn start() -> String {
    let archives = serve(Router::new().route("/{*path}", get(read_archive))).await;
    let routes = Router::new()
        .route("/repos/{owner}/{repo}", get(repository))
        .route("/repos/{owner}/{repo}/issues", get(issues).post(create_issue))
        .route("/repos/{owner}/{repo}/zipball/{*reference}", get(zipball))
        .route("/user/starred/{owner}/{repo}", get(starred))
        .with_state(archives);
    serve(behind_a_token(routes, r#"{"message":"Bad credentials"}"#)).await
}

fn not_found() -> Response {
    json(404, r#"{"message":"Not Found","documentation_url":"https://docs.github.com/rest"}"#)
}

async fn repository(Path((_, repo)): Path<(String, String)>, headers: HeaderMap) -> Response {
    match (repo.as_str(), header(&headers, "if-none-match")) {
        ("engine", Some(VERSION)) => (StatusCode::NOT_MODIFIED, [("etag", VERSION)]).into_response(),
        ("engine", _) => ([("etag", VERSION)], json(200, REPOSITORY)).into_response(),
        _ => not_found(),
    }
}

async fn issues(headers: HeaderMap, Path((_, repo)): Path<(String, String)>, RawQuery(query): RawQuery) -> Response {
    if repo == "popular" {
        let body = json(403, r#"{"message":"API rate limit exceeded for user ID 1."}"#);
        return ([("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", RESET)], body).into_response();
    }
    let number = |name, default| parameter(query.as_deref(), name).map_or(default, |text| text.parse().unwrap());
    let (size, page) = (number("per_page", 30), number("page", 1));
    let numbers = (1..=LAST_ISSUE).skip((page - 1) * size).take(size);
    let issues: Vec<Value> =
        numbers.map(|number| json!({ "number": number, "title": format!("Wheel {number}") })).collect();
    let host = header(&headers, "host").unwrap();
    let link = |page: usize, relation: &str| {
        format!("<http://{host}/repositories/1815/issues?state=open&per_page={size}&page={page}>; rel=\"{relation}\"")
    };
    let last = LAST_ISSUE.div_ceil(size);
    let mut links = Vec::new();
    if page > 1 {
        links.extend([link(page - 1, "prev"), link(1, "first")]);
    }
    if page < last {
        links.extend([link(page + 1, "next"), link(last, "last")]);
    }
    let head =
        [("link", links.join(", ")), ("x-ratelimit-remaining", "4999".into()), ("x-ratelimit-reset", RESET.into())];
    (head, json(200, Value::from(issues).to_string())).into_response()
}

async fn create_issue(Path((_, repo)): Path<(String, String)>, body: Bytes) -> Response {
    let issue: Value = serde_json::from_slice(&body).unwrap();
    assert!(issue["labels"].is_array(), "{issue}");
    match (repo.as_str(), issue["title"].as_str().unwrap()) {
        ("engine", "") => {
            let problem = json!({ "resource": "Issue", "field": "title", "code": "missing_field" });
            json(422, json!({ "message": "Validation Failed", "errors": [problem] }).to_string())
        }
        ("engine", title) => json(201, json!({ "number": LAST_ISSUE + 1, "title": title }).to_string()),
        ("archived", _) => json(410, r#"{"message":"Issues are disabled for this repo"}"#),
        _ => not_found(),
    }
}

async fn zipball(
    State(archives): State<String>,
    Path((owner, repo, reference)): Path<(String, String, String)>,
) -> Response {
    let location = format!("{archives}/{owner}/{repo}/legacy.zip/{reference}?token={OF_ARCHIVE}");
    (StatusCode::FOUND, [("location", location)]).into_response()
}

async fn starred(Path((_, repo)): Path<(String, String)>) -> Response {
    if repo == "engine" { StatusCode::NO_CONTENT.into_response() } else { not_found() }
}

/// The bytes of an archive, or what looks like them.
pub(super) fn archive() -> Bytes {
    b"PK\x03\x04".iter().copied().chain((0..200_000).map(|at| u8::try_from(at % 251).unwrap())).collect()
}

async fn read_archive(headers: HeaderMap, Path(path): Path<String>, RawQuery(query): RawQuery) -> Response {
    assert_eq!(header(&headers, "authorization"), None, "the token of the user is not for this server");
    assert_eq!(path, "ada/engine/legacy.zip/refs/heads/main");
    let chunks = Chunks::of(&archive(), 30_000);
    let body = match parameter(query.as_deref(), "token").as_deref() {
        Some("AB+C") => Body::from_stream(chunks),
        // The head is sent while the server waits.
        Some("cut") => Body::from_stream(chunks.each_after(Duration::from_millis(1)).that_fail()),
        _ => return not_found(),
    };
    ([("content-type", "application/zip"), ("content-disposition", "attachment; filename=engine.zip")], body)
        .into_response()
}
