//! The responses of the server, also without a network in between.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response};
use qelos_client::{Body, Transport, TransportError};
use serde_json::json;

use crate::operations::Operation;

pub const RENEWAL: &str = "/api/token/refresh";
/// How many tokens this server has renewed.
pub const RENEWALS: &str = "/renewals";

/// Access tokens with `iat` and `exp`: the first has expired, the second is valid until the end of the century.
pub const EXPIRED: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDkwMH0.x";
pub const VALID: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6NDEwMDAwMDAwMH0.x";

pub fn respond(method: &Method, path: &str) -> Response<Bytes> {
    static RENEWED: AtomicUsize = AtomicUsize::new(0);
    match path {
        RENEWAL => {
            let number = RENEWED.fetch_add(1, Ordering::Relaxed) + 1;
            json_response(&json!({ "payload": { "token": VALID, "refreshToken": format!("refresh-{number}") } }))
        }
        RENEWALS => json_response(&json!(RENEWED.load(Ordering::Relaxed))),
        _ => Operation::of(method, path).response(),
    }
}

fn json_response(body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(body.to_string().into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The server in this process. Its responses take one turn of the runtime, so that calls are in flight together.
#[derive(Debug, Clone, Copy)]
pub struct InProcess;

impl Transport for InProcess {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        tokio::task::yield_now().await;
        Ok(respond(request.method(), request.uri().path()).map(Body::from))
    }
}
