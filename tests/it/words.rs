//! The words of requests, as what they send: each by itself, and read back.

mod arguments;
mod guide;
mod headers;
mod methods;
mod nested;
mod paths;
mod types;
mod values;

use std::fmt::Debug;

use qelos_client::{DecodeRequest, Endpoint, RequestSnapshot};

fn shown(endpoint: &impl Endpoint) -> String {
    RequestSnapshot::of(endpoint).unwrap().to_string()
}

/// The request as a server receives it.
fn received(endpoint: &impl Endpoint) -> http::Request<bytes::Bytes> {
    endpoint.encode().unwrap().into_http(&"https://acme.example".parse().unwrap()).unwrap()
}

/// Checks the text of a request, and that reading the request gives the same values.
#[track_caller]
fn sends<E: DecodeRequest + PartialEq + Debug>(endpoint: &E, expected: &str) {
    assert_eq!(shown(endpoint), expected);
    assert_eq!(E::decode_request(&received(endpoint)).as_ref(), Ok(endpoint));
}
