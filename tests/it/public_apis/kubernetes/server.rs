//! A namespace with five pods, whose changes and logs the test writes.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use qelos_spec::futures_core::Stream;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::public_apis::{behind_a_token, json, parameter, serve};

const PODS: u32 = 5;

/// The one response that the test writes line by line.
pub(super) struct Watched(UnboundedSender<Result<Bytes, std::io::Error>>);

impl Watched {
    pub(super) fn line(&self, line: &str) {
        self.0.send(Ok(format!("{line}\n").into())).unwrap();
    }

    /// Breaks the connection off.
    pub(super) fn cut(&self) {
        self.0.send(Err(std::io::Error::other("cut"))).unwrap();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Waits until the server has noticed that the client has gone.
    pub(super) async fn closed(&self) {
        self.0.closed().await;
    }
}

/// The lines, as a body of axum takes them.
struct Written(UnboundedReceiver<Result<Bytes, std::io::Error>>);

impl Stream for Written {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

type Lines = Arc<Mutex<Option<Written>>>;

pub(super) async fn start() -> (String, Watched) {
    let (sender, receiver) = unbounded_channel();
    let routes = Router::new()
        .route("/api/v1/namespaces/default/pods", get(list_or_watch))
        .route("/api/v1/namespaces/default/pods/{name}/log", get(log))
        .with_state(Lines::new(Mutex::new(Some(Written(receiver)))));
    let refusal = r#"{"kind":"Status","status":"Failure","reason":"Unauthorized","code":401}"#;
    (serve(behind_a_token(routes, refusal)).await, Watched(sender))
}

fn status(code: u16, reason: &str) -> Response {
    let body = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code });
    json(code, body.to_string())
}

fn written(lines: &Lines, media_type: &'static str) -> Response {
    let lines = lines.lock().unwrap().take().expect("one response is written");
    ([("content-type", media_type)], Body::from_stream(lines)).into_response()
}

async fn list_or_watch(State(lines): State<Lines>, RawQuery(query): RawQuery) -> Response {
    let query = |name| parameter(query.as_deref(), name);
    if query("watch").as_deref() == Some("true") {
        return match query("resourceVersion").as_deref() {
            // The server labels the lines of a watch as it labels one object.
            Some("40") => written(&lines, "application/json"),
            _ => status(410, "Expired"),
        };
    }
    let from = match query("continue").as_deref() {
        None => 0,
        Some(token) => match token.strip_prefix("from-").and_then(|from| from.parse().ok()) {
            Some(from) => from,
            None => return status(410, "Expired"),
        },
    };
    assert_eq!(query("labelSelector").as_deref(), Some("app=web"));
    let limit: u32 = query("limit").unwrap().parse().unwrap();
    let pod = |at: u32| json!({ "metadata": { "name": format!("web-{at}"), "resourceVersion": (at + 1).to_string() } });
    let end = PODS.min(from + limit);
    // As the server writes it, an empty token is absent.
    let mut metadata = json!({ "resourceVersion": "40" });
    if end < PODS {
        metadata["continue"] = format!("from-{end}").into();
        metadata["remainingItemCount"] = (PODS - end).into();
    }
    let items: Vec<_> = (from..end).map(pod).collect();
    json(200, json!({ "kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": items }).to_string())
}

async fn log(State(lines): State<Lines>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    assert_eq!(parameter(query.as_deref(), "follow").as_deref(), Some("true"));
    if name == "web-0" { written(&lines, "text/plain") } else { status(404, "NotFound") }
}
