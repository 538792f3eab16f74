//! A model with few words.

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::chunks::Chunks;
use crate::public_apis::{behind_a_token, header, json, serve};

pub(super) async fn start() -> String {
    let routes = Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/v1/files", post(store))
        .route("/v1/audio/speech", post(speak));
    let refusal = r#"{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null}}"#;
    serve(behind_a_token(routes, refusal)).await
}

fn refuse(parameter: &str) -> Response {
    let message = format!("Invalid value for `{parameter}`");
    json(
        400,
        json!({ "error": { "message": message, "type": "invalid_request_error", "param": parameter } }).to_string(),
    )
}

fn piece(content: &str, finish_reason: Option<&str>) -> String {
    let delta = if content.is_empty() { json!({}) } else { json!({ "content": content }) };
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish_reason });
    format!("data: {}\n\n", json!({ "object": "chat.completion.chunk", "choices": [choice] }))
}

async fn complete(body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(request["stream"], true);
    if request["model"] != "gpt-4o-mini" {
        return refuse("model");
    }
    let first = piece("Ada, née ", None);
    let text = match request["messages"][0]["content"].as_str().unwrap() {
        "stop early" => first,
        "fail" => {
            let failure = json!({ "error": { "message": "Overloaded", "type": "server_error", "param": null } });
            format!("{first}data: {failure}\n\ndata: [DONE]\n\n")
        }
        _ => format!("{first}: a comment\n\n{}{}data: [DONE]\n\n", piece("Byron.", None), piece("", Some("stop"))),
    };
    // In pieces that divide events, and characters.
    let chunks = Chunks::of(&text.into(), 7);
    ([("content-type", "text/event-stream; charset=utf-8")], Body::from_stream(chunks)).into_response()
}

async fn store(headers: HeaderMap, body: Bytes) -> Response {
    let media_type = header(&headers, "content-type").unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap().trim_matches('"');
    let text = String::from_utf8(body.to_vec()).unwrap();
    let parts: Vec<(&str, &str)> = text
        .split(&format!("--{boundary}"))
        .filter_map(|part| part.strip_prefix("\r\n")?.strip_suffix("\r\n")?.split_once("\r\n\r\n"))
        .collect();
    let [(purpose_head, purpose), (file_head, content)] = parts[..] else { panic!("{text}") };
    assert!(purpose_head.to_lowercase().contains("name=\"purpose\""), "{purpose_head}");
    assert!(file_head.to_lowercase().contains("content-type: application/jsonl"), "{file_head}");
    let (_, name) = file_head.split_once("filename=\"").unwrap();
    let (name, _) = name.split_once("\"\r\n").unwrap();
    if purpose != "fine-tune" {
        return refuse("purpose");
    }
    // Browsers write a quote in a name as `%22`.
    let filename = name.replace("%22", "\"");
    let stored = json!({ "id": "file-1", "bytes": content.len(), "filename": filename, "purpose": purpose });
    json(200, stored.to_string())
}

async fn speak(body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let (media_type, magic) = match request["response_format"].as_str() {
        None => ("audio/mpeg", &b"\xff\xf3\x00"[..]),
        Some("wav") => ("audio/wav", &b"RIFF\x00"[..]),
        Some(_) => return json(200, "{}"),
    };
    match request["input"].as_str().unwrap() {
        "" => refuse("input"),
        input => ([("content-type", media_type)], [magic, input.as_bytes()].concat()).into_response(),
    }
}
