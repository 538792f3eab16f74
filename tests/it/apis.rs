//! APIs of the world, declared from their public documentation: each request is compared with the documented one.
//!
//! A test calls a method of a handle and has the documented request beside it, as HTTP. What credentials and connections
//! add is left out there: `authorization`, `host`, `date`, `content-length`. Names and texts in bodies are ours, where the
//! documentation only fills a form. Responses are the subject of `public_apis`.

mod django;
mod elasticsearch;
mod github;
mod kubernetes;
mod odata;
mod s3;
mod slack;
mod stripe;
mod webdav;

use std::future::Ready;

use qelos_client::auth::{CredentialKind, Requirement, SatisfiedBy};
use qelos_client::{EncodeError, Request, RequestSnapshot};
use serde_json::Value;
use url::form_urlencoded;

use crate::grammar::Recorder;
use crate::path_safety::decoded;

/// The requirement of all endpoints here: a key or a token of the API.
struct Key;

impl Requirement for Key {
    const NEEDS: &'static str = "a key of the API";

    fn accepts(_: CredentialKind) -> bool {
        true
    }
}

impl SatisfiedBy<Recorder> for Key {}

/// Checks that a call sends the documented request.
#[track_caller]
fn documented<R>(call: Ready<Result<R, Result<Request, EncodeError>>>, documented: &str) {
    let Err(request) = call.into_inner() else { panic!("the recorder responds with the request") };
    let request = request.unwrap();
    if let Some(difference) = difference(&request, documented) {
        panic!("{difference}\n\nsent:\n{}\ndocumented:\n{documented}", RequestSnapshot::from(&request));
    }
}

/// Where a request differs from the documented one, with which it shares
///
/// * the method, and the segments of the path, percent-decoded,
/// * the parameters of the query in their order, percent-decoded, with or without `=`,
/// * the documented headers, and no other, except for `accept` and the media type of a JSON body,
/// * the body: a JSON value, the fields of a form in their order, or the lines of a text.
fn difference(request: &Request, documented: &str) -> Option<String> {
    let (head, body) = documented.trim().split_once("\n\n").unwrap_or((documented.trim(), ""));
    let mut lines = head.lines().map(str::trim);
    let (method, target) = lines.next()?.split_once(' ')?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (sent_path, sent_query) = request.target().split_once('?').unwrap_or((request.target(), ""));
    let mut documented_headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).map(lower_case).collect();
    let sent_headers = sent_headers(request);
    let is_documented = |name: &str| documented_headers.iter().any(|(documented, _)| documented == name);
    let is_ours = |(name, value): &&(String, String)| match &**name {
        "accept" => !is_documented(name),
        "content-type" => !is_documented(name) && value == "application/json",
        _ => false,
    };
    let ours: Vec<_> = sent_headers.iter().filter(is_ours).cloned().collect();
    documented_headers.extend(ours);
    documented_headers.sort();
    let compared = [
        ("method", request.method().to_string() == method),
        ("path", segments(sent_path).eq(segments(path))),
        ("query", parameters(sent_query) == parameters(query)),
        ("headers", sent_headers == documented_headers),
        ("body", has_body(request, body)),
    ];
    compared.iter().find(|(_, is_same)| !is_same).map(|(part, _)| format!("another {part}"))
}

fn lower_case((name, value): (&str, &str)) -> (String, String) {
    (name.to_ascii_lowercase(), value.to_owned())
}

fn sent_headers(request: &Request) -> Vec<(String, String)> {
    let text =
        |value: &http::HeaderValue| value.to_str().unwrap().split(" boundary=").next().unwrap_or_default().to_owned();
    let mut headers: Vec<_> = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    headers.sort();
    headers
}

/// The segments of a path. A slash that is encoded divides nothing.
fn segments(path: &str) -> impl Iterator<Item = Vec<u8>> {
    path.split('/').map(|segment| decoded(segment.as_bytes()))
}

/// Each parameter of a query, and whether it has a value.
fn parameters(query: &str) -> Vec<(bool, Vec<(String, String)>)> {
    let decoded = |one: &str| form_urlencoded::parse(one.as_bytes()).into_owned().collect();
    query.split('&').map(|one| (one.contains('='), decoded(one))).collect()
}

fn has_body(request: &Request, documented: &str) -> bool {
    let lines = |text: &str| text.trim().lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    if request.multipart().is_some() {
        let snapshot = RequestSnapshot::from(request);
        return snapshot.as_str().split_once("\n\n").is_some_and(|(_, parts)| lines(parts) == lines(documented));
    }
    let sent = request.body();
    let is_form = request.headers().get("content-type").is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    if is_form {
        let fields = form_urlencoded::parse(sent).map(|(name, value)| format!("{name}={value}"));
        return fields.eq(lines(documented));
    }
    match serde_json::from_slice::<Value>(sent) {
        Ok(value) => serde_json::from_str::<Value>(documented).is_ok_and(|documented| documented == value),
        Err(_) => lines(std::str::from_utf8(sent).unwrap()) == lines(documented),
    }
}

mod comparison {
    use qelos_client::{Endpoint, SecretString};

    use super::{Key, difference};

    #[derive(Endpoint)]
    #[endpoint(POST, "/notes/{id}", auth = Key, headers("x-version" = "2"))]
    struct Change {
        id: u32,
        #[endpoint(query)]
        tag: &'static str,
        title: &'static str,
    }

    #[derive(Endpoint)]
    #[endpoint(POST, "/token", auth = Key)]
    struct Token {
        #[endpoint(form)]
        name: &'static str,
        #[endpoint(form, secret)]
        key: SecretString,
    }

    /// The comparison itself: what it takes for the same, and each difference that it sees.
    #[test]
    fn each_part_of_a_request_is_compared() {
        let change = Change { id: 7, tag: "a,b", title: "hi" }.encode().unwrap();
        let of = |text: &str| difference(&change, text);
        let same = "POST /notes/7?tag=a,b\nX-Version: 2\nContent-Type: application/json\n\n{ \"title\": \"hi\" }";
        assert_eq!(of(same), None);
        assert_eq!(of(&same.replace("\nContent-Type: application/json", "")), None);
        let another = |part, from, to| assert_eq!(of(&same.replace(from, to)), Some(format!("another {part}")), "{to}");
        another("method", "POST", "PUT");
        another("path", "/7", "/7/");
        another("path", "notes/7", "notes%2F7");
        another("query", "a,b", "a");
        another("query", "tag=a,b", "tag=a,b&x");
        another("query", "tag=a,b", "tag");
        another("headers", "X-Version: 2", "X-Version: 3");
        another("headers", "X-Version: 2\n", "");
        another("headers", "X-Version: 2", "X-Version: 2\nX-More: 1");
        another("headers", "application/json", "application/json; charset=utf-8");
        another("body", "hi", "ho");
        another("body", "{ \"title\": \"hi\" }", "");

        let token = Token { name: "a b", key: "k&1".into() }.encode().unwrap();
        let form = "POST /token\ncontent-type: application/x-www-form-urlencoded\n\nname=a b\nkey=k&1";
        assert_eq!(difference(&token, form), None);
        assert_eq!(difference(&token, &form.replace("k&1", "k")), Some("another body".to_owned()));
    }
}
