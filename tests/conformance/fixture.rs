//! Recordings of the real server: one request and its answer per file, in `fixtures/exchanges`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

/// One recorded exchange. What the files say besides is for people.
#[derive(Debug, Deserialize)]
pub struct Recording {
    /// Absent when the client that was recorded gave up before it sent anything.
    pub request: Option<RecordedRequest>,
    pub response: Option<RecordedResponse>,
    /// Which way the request went: through the gateway, or straight to a service.
    pub via: String,
}

#[derive(Debug, Deserialize)]
pub struct RecordedRequest {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct RecordedResponse {
    pub status: u16,
    /// Texts, but `set-cookie` is a list of them.
    pub headers: BTreeMap<String, Value>,
    pub body: Option<String>,
}

impl RecordedResponse {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.as_str()
    }

    pub fn cookies(&self) -> Vec<&str> {
        let cookies = self.headers.get("set-cookie").and_then(Value::as_array);
        cookies.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/exchanges")
}

/// The names of all recordings, in order.
pub fn names() -> Vec<String> {
    let entries = fs::read_dir(directory()).expect("the recordings are part of the repository");
    let files = entries.map(|entry| entry.expect("a directory entry").file_name().into_string().expect("a plain name"));
    let mut names: Vec<_> = files.filter_map(|file| Some(file.strip_suffix(".json")?.to_owned())).collect();
    names.sort();
    names
}

/// Reads one recording.
pub fn load(name: &str) -> Recording {
    let path = directory().join(format!("{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name} is not a recording: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name} cannot be read: {error}"))
}
