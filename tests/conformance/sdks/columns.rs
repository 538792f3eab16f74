//! The story of each client, step by step: what it sent, what it received, and what its callers got.

use crate::recordings::fixture::{RecordedRequest, RecordedResponse, Recording};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use serde_json::Value;

use crate::sdks::outline::{outline, without_ids};
use crate::sdks::programs::{Outcome, Told};
use crate::sdks::recorder::{Exchange, Taken};

/// A client, and its steps.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) steps: Vec<Played>,
}

/// A step as one client has played it.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    pub(crate) exchanges: Vec<Exchange>,
}

impl Column {
    pub(crate) fn new(name: &'static str, told: Vec<Told>, taken: Vec<Taken>) -> Self {
        let mut taken = taken.into_iter();
        let play = |Told { step, outcome }| {
            let is_missing = matches!(outcome, Outcome::Missing(_));
            // A method that an SDK lacks is told without a request to the recorder.
            let began = taken.as_slice().first().is_some_and(|taken| taken.name == step);
            assert!(began || is_missing, "{name}: `{step}` was told and not begun");
            let exchanges = if began { taken.next().unwrap().exchanges } else { Vec::new() };
            Played { name: step, outcome, exchanges }
        };
        Self { name, steps: told.into_iter().map(play).collect() }
    }

    /// The names of the steps, each once.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for step in &self.steps {
            if !names.contains(&step.name.as_str()) {
                names.push(&step.name);
            }
        }
        names
    }

    /// How a step was played, the first time.
    pub(crate) fn step(&self, name: &str) -> &Played {
        self.steps.iter().find(|step| step.name == name).unwrap_or_else(|| panic!("{} has no step `{name}`", self.name))
    }
}

impl Played {
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.outcome, Outcome::Missing(_))
    }

    /// The requests as lines. Equal ones are one line with a count.
    pub(crate) fn requests(&self) -> Vec<String> {
        counted(self.exchanges.iter().map(|exchange| request_line(&exchange.request)))
    }

    /// The exchanges as lines. Equal ones are one line with a count.
    pub(crate) fn lines(&self) -> Vec<String> {
        counted(
            self.exchanges.iter().map(|Exchange { request, response }| {
                format!("{} → {}", request_line(request), response_line(response))
            }),
        )
    }

    /// The last response to a request with the method and the path of this one, and any query.
    pub(crate) fn response_to(&self, request: &RecordedRequest) -> Option<&Response<Bytes>> {
        let place = |request: &Request<Bytes>| format!("{} {}", request.method(), without_ids(request.uri().path()));
        let wanted = place(&request.to_http());
        let fitting = self.exchanges.iter().rfind(|exchange| place(&exchange.request) == wanted);
        fitting.map(|exchange| &exchange.response)
    }

    /// How the call ended.
    pub(crate) fn end(&self) -> &'static str {
        match self.outcome {
            Outcome::Missing(_) => "missing",
            Outcome::Rejected(_) => "rejected",
            Outcome::Resolved(_) => "resolved",
        }
    }

    /// What the caller got.
    pub(crate) fn outcome(&self) -> String {
        match &self.outcome {
            Outcome::Missing(why) => why.clone(),
            Outcome::Rejected(error) if error.message.is_empty() => format!("{} without a text", error.name),
            Outcome::Rejected(error) if error.message.starts_with('<') => format!("{}: the page", error.name),
            Outcome::Rejected(error) => format!("{}: {}", error.name, without_ids(&error.message)),
            Outcome::Resolved(Value::Null) => "nothing".to_owned(),
            Outcome::Resolved(Value::String(text)) => text.clone(),
            Outcome::Resolved(value) => {
                let body = self.exchanges.last().and_then(|last| serde_json::from_slice(last.response.body()).ok());
                match body.map(|body: Value| outline(&body)) {
                    Some(body) if body == outline(value) => "the body".to_owned(),
                    _ => outline(value),
                }
            }
        }
    }
}

fn counted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for line in lines {
        match counted.iter_mut().find(|(known, _)| *known == line) {
            Some((_, count)) => *count += 1,
            None => counted.push((line, 1)),
        }
    }
    counted.into_iter().map(|(line, count)| if count == 1 { line } else { format!("{count} × {line}") }).collect()
}

/// A request without its values: `POST /api/signin {password, username}`.
pub(crate) fn request_line(request: &Request<Bytes>) -> String {
    let target = without_ids(request.uri().path_and_query().unwrap().as_str().trim_end_matches('?'));
    let body = serde_json::from_slice(request.body()).map(|body| format!(" {}", outline(&body))).unwrap_or_default();
    format!("{} {target}{}{body}", request.method(), credentials(request.headers()))
}

fn credentials(headers: &HeaderMap) -> String {
    let known = [("authorization", "bearer"), ("cookie", "cookie"), ("x-api-key", "API token")];
    let sent: Vec<_> =
        known.iter().filter(|(header, _)| headers.contains_key(*header)).map(|(_, name)| *name).collect();
    if sent.is_empty() { String::new() } else { format!(" ({})", sent.join(", ")) }
}

/// A response: its status, and what its body is made of, or says.
fn response_line(response: &Response<Bytes>) -> String {
    let text = std::str::from_utf8(response.body()).unwrap();
    let body = match serde_json::from_str::<Value>(text) {
        Ok(body) if response.status().is_success() => outline(&body),
        Ok(_) => without_ids(text),
        Err(_) if text.is_empty() => "nothing".to_owned(),
        Err(_) if text.starts_with("data: ") => "a stream".to_owned(),
        Err(_) => "a page".to_owned(),
    };
    let cookie = if response.headers().contains_key("set-cookie") { " and a cookie" } else { "" };
    format!("{} {body}{cookie}", response.status().as_u16())
}

/// A recorded exchange, if a request was sent.
pub(crate) fn exchange(recording: &Recording) -> Option<(&RecordedRequest, &RecordedResponse)> {
    recording.request.as_ref().zip(recording.response.as_ref())
}
