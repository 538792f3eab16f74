//! Recordings of the real server: one request and its response in each file of `fixtures/exchanges`, of the auth service,
//! and of `fixtures/exchanges-more`, of all services.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;

/// One recorded exchange.
#[derive(Debug, Deserialize)]
pub(crate) struct Recording {
    /// The method of an SDK that was called, if one was.
    pub(crate) sdk_call: String,
    /// Absent if the SDK failed before it sent a request.
    pub(crate) request: Option<RecordedRequest>,
    pub(crate) response: Option<RecordedResponse>,
    /// The way of the request: through the gateway, or directly to a service.
    pub(crate) via: String,
    /// What the caller of the SDK got: `resolved` or `rejected`. Absent where it was not recorded.
    #[allow(dead_code, reason = "`tests/conformance` reads it")]
    pub(crate) sdk_outcome: Option<Value>,
    /// The exchanges that the same call has made before.
    #[serde(default)]
    pub(crate) earlier_exchanges: Vec<Exchange>,
}

/// One of several exchanges of a call.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchange {
    pub(crate) request: RecordedRequest,
    pub(crate) response: Option<RecordedResponse>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RecordedRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RecordedResponse {
    pub(crate) status: u16,
    /// Texts; `set-cookie` is a list of texts.
    pub(crate) headers: BTreeMap<String, Value>,
    pub(crate) body: Option<String>,
}

impl Recording {
    /// Whether the request is what an official SDK sends.
    pub(crate) fn made_by_sdk(&self) -> bool {
        !["none (bare", "raw "].iter().any(|by_hand| self.sdk_call.starts_with(by_hand))
    }
}

impl RecordedRequest {
    /// The request as a server sees it.
    pub(crate) fn to_http(&self) -> Request<Bytes> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(self.body.clone().unwrap_or_default().into()).expect("a request")
    }

    /// The headers that prove a credential.
    pub(crate) fn credential(&self) -> Vec<(&str, &str)> {
        let known = ["authorization", "cookie", "x-api-key"];
        known.iter().filter_map(|name| Some((*name, self.headers.get(*name)?.as_str()))).collect()
    }
}

impl RecordedResponse {
    /// The response as a client sees it.
    pub(crate) fn to_http(&self) -> Response<Bytes> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
            response = response.header(name, value);
        }
        for cookie in self.cookies() {
            response = response.header("set-cookie", cookie);
        }
        response.body(self.body.clone().unwrap_or_default().into()).expect("a response")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.as_str()
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        let cookies = self.headers.get("set-cookie").and_then(Value::as_array);
        cookies.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// The recordings of the auth service.
const EXCHANGES: &str = "exchanges";
/// The recordings of all services.
const MORE: &str = "exchanges-more";

fn directory(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder)
}

/// The names of the recordings of the auth service, in order.
pub(crate) fn names() -> Vec<String> {
    names_in(EXCHANGES)
}

/// The names of the recordings of all services, in order.
pub(crate) fn more_names() -> Vec<String> {
    names_in(MORE)
}

fn names_in(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(directory(folder)).expect("the recordings are part of the repository");
    let files = entries.map(|entry| entry.expect("a directory entry").file_name().into_string().expect("a plain name"));
    let mut names: Vec<_> = files.filter_map(|file| Some(file.strip_suffix(".json")?.to_owned())).collect();
    names.sort();
    names
}

/// Reads a recording of the auth service.
pub(crate) fn load(name: &str) -> Recording {
    load_from(EXCHANGES, name)
}

/// Reads a recording of all services.
pub(crate) fn load_more(name: &str) -> Recording {
    load_from(MORE, name)
}

fn load_from(folder: &str, name: &str) -> Recording {
    let path = directory(folder).join(format!("{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name} is not a recording: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name} cannot be read: {error}"))
}
