//! Compares a response with the recorded one: equal, except for ids, times and keys, which have the same form.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::token;
use crate::recordings::fixture::{RecordedResponse, Recording};

const REDIRECTING: &str = "Found. Redirecting to ";

/// The differences, as sentences. None if the response conforms.
pub(crate) fn differences(recording: &Recording, expected: &RecordedResponse, actual: &Response<Bytes>) -> Vec<String> {
    let mut found = Vec::new();
    if expected.status != actual.status() {
        found.push(format!("status {} instead of {}", actual.status(), expected.status));
    }
    if expected.header("content-type") != header(actual, "content-type") {
        found.push(format!("content-type {:?}", header(actual, "content-type")));
    }
    if recording.via == "gateway" {
        headers(expected, actual, &mut found);
    }
    if let (Some(recorded), Some(given)) = (expected.header("location"), header(actual, "location")) {
        location(recorded, given, &mut found);
    }
    cookies(expected, actual, &mut found);
    body(expected, actual, &mut found);
    found
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().expect("text"))
}

/// Headers: the same names, and the same values unless they depend on the body or the time.
fn headers(expected: &RecordedResponse, actual: &Response<Bytes>, found: &mut Vec<String>) {
    let recorded: BTreeSet<_> = expected.headers.keys().map(String::as_str).collect();
    let given: BTreeSet<_> = actual.headers().keys().map(http::HeaderName::as_str).collect();
    found.extend(recorded.difference(&given).map(|name| format!("header {name} is missing")));
    found.extend(given.difference(&recorded).map(|name| format!("header {name} was not recorded")));
    for name in
        recorded.intersection(&given).filter(|name| !matches!(**name, "etag" | "date" | "content-length" | "location"))
    {
        if let Some(text) = expected.header(name).filter(|text| Some(*text) != header(actual, name)) {
            found.push(format!("header {name} is {:?} instead of {text:?}", header(actual, name)));
        }
    }
}

/// Redirects: the same URL with the same parameters, except for codes and tokens.
fn location(recorded: &str, given: &str, found: &mut Vec<String>) {
    let separator = |text: &str| text.find(['?', '#']).unwrap_or(text.len());
    let (recorded, given) = (recorded.split_at(separator(recorded)), given.split_at(separator(given)));
    if recorded.0 != given.0 || recorded.1.get(..1) != given.1.get(..1) {
        found.push(format!("location {given:?} instead of {recorded:?}"));
    }
    let pairs = |text: &str| -> Vec<(String, String)> {
        url::form_urlencoded::parse(text.get(1..).unwrap_or_default().as_bytes()).into_owned().collect()
    };
    let (recorded, given) = (pairs(recorded.1), pairs(given.1));
    let names = |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if names(&recorded) != names(&given) {
        found.push(format!("location with {:?} instead of {:?}", names(&given), names(&recorded)));
    }
    for ((name, recorded), (_, given)) in recorded.iter().zip(&given) {
        let place = format!("location {name}");
        match (token::claims(recorded), token::claims(given)) {
            (Some(recorded), Some(given)) => claims(&place, &recorded, &given, found),
            _ if recorded == given || (name == "code" && recorded.len() == given.len()) => {}
            _ => found.push(format!("{place} is {given:?} instead of {recorded:?}")),
        }
    }
}

fn cookies(expected: &RecordedResponse, actual: &Response<Bytes>, found: &mut Vec<String>) {
    let given = actual.headers().get_all("set-cookie").iter().map(|value| value.to_str().expect("text"));
    let given: Vec<_> = given.collect();
    let recorded = expected.cookies();
    if given.len() != recorded.len() {
        found.push(format!("{} cookies instead of {}", given.len(), recorded.len()));
    }
    for (recorded, given) in recorded.iter().zip(given) {
        let mut pairs = (recorded.split("; "), given.split("; "));
        loop {
            match (pairs.0.next(), pairs.1.next()) {
                (None, None) => break,
                (Some(recorded), Some(given)) => attribute(recorded, given, found),
                (recorded, _) => {
                    found.push(format!("the attributes of the cookie differ from {recorded:?} on"));
                    break;
                }
            }
        }
    }
}

/// Attributes of a cookie: `Expires` depends on the time, the cookie itself is a token.
fn attribute(recorded: &str, given: &str, found: &mut Vec<String>) {
    let ((name, value), (given_name, given_value)) = (pair(recorded), pair(given));
    if name != given_name {
        found.push(format!("cookie attribute {given_name} instead of {name}"));
    } else if name == "Expires" {
        if value.len() != given_value.len() || !given_value.ends_with(" GMT") {
            found.push(format!("cookie expires {given_value:?}"));
        }
    } else {
        shape("cookie", &Value::from(value), &Value::from(given_value), found);
        if token::claims(value).is_none() && value != given_value {
            found.push(format!("cookie attribute {name} is {given_value:?} instead of {value:?}"));
        }
    }
}

fn pair(attribute: &str) -> (&str, &str) {
    attribute.split_once('=').unwrap_or((attribute, ""))
}

fn body(expected: &RecordedResponse, actual: &Response<Bytes>, found: &mut Vec<String>) {
    let recorded = expected.body.as_deref().unwrap_or_default();
    let given = std::str::from_utf8(actual.body()).expect("text");
    match (serde_json::from_str::<Value>(recorded), serde_json::from_str::<Value>(given)) {
        (Ok(recorded), Ok(given)) if expected.status < 400 => shape("body", &recorded, &given, found),
        (Ok(recorded), Ok(given)) if recorded == given => {}
        _ if recorded == given => {}
        // The URL is compared as a header.
        _ if recorded.starts_with(REDIRECTING) => {
            if Some(given) != header(actual, "location").map(|to| format!("{REDIRECTING}{to}")).as_deref() {
                found.push(format!("body {given:?} of a redirect"));
            }
        }
        _ => found.push(format!("body {given:?} instead of {recorded:?}")),
    }
}

/// The same keys and types at each depth, also in the claims of tokens.
pub(crate) fn shape(place: &str, recorded: &Value, given: &Value, found: &mut Vec<String>) {
    match (recorded, given) {
        (Value::Object(recorded), Value::Object(given)) => {
            let keys: BTreeSet<_> = recorded.keys().chain(given.keys()).collect();
            for key in keys {
                let place = format!("{place}.{key}");
                match (recorded.get(key), given.get(key)) {
                    (Some(recorded), Some(given)) => shape(&place, recorded, given, found),
                    (Some(_), None) => found.push(format!("{place} is missing")),
                    _ => found.push(format!("{place} was not recorded")),
                }
            }
        }
        (Value::Array(recorded), Value::Array(given)) => {
            if recorded.len() != given.len() {
                found.push(format!("{place} has {} elements instead of {}", given.len(), recorded.len()));
            }
            for (at, (recorded, given)) in recorded.iter().zip(given).enumerate() {
                shape(&format!("{place}[{at}]"), recorded, given, found);
            }
        }
        (Value::String(recorded), Value::String(given)) => match (token::claims(recorded), token::claims(given)) {
            (Some(recorded), Some(given)) => claims(place, &recorded, &given, found),
            (None, None) => {}
            _ => found.push(format!("{place}: one of the two is a token")),
        },
        _ if kind(recorded) == kind(given) => {}
        _ => found.push(format!("{place} is {} instead of {}", kind(given), kind(recorded))),
    }
}

fn claims(place: &str, recorded: &Value, given: &Value, found: &mut Vec<String>) {
    shape(&format!("{place}<claims>"), recorded, given, found);
    let lifetime = |claims: &Value| Some(claims["exp"].as_i64()? - claims["iat"].as_i64()?);
    if lifetime(recorded) != lifetime(given) {
        found.push(format!("{place} lives {:?} seconds instead of {:?}", lifetime(given), lifetime(recorded)));
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
