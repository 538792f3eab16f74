//! What was received: every request as text, so that a test can look at it. Secrets are masked before anything is kept.

use bytes::Bytes;
use http::{Method, Request};
use qelos_spec::{EndpointInfo, RequestSnapshot};
use serde_json::{Map, Value};

use super::mount::Mounted;

/// Secrets of the endpoints of Qelos, wherever they stand in a body.
const SECRET_FIELDS: [&str; 3] = ["password", "token", "refreshToken"];

const MASK: &str = "***";

/// One request that came in.
pub(super) struct Received {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) snapshot: RequestSnapshot,
}

impl Received {
    pub(super) fn new(request: &Request<Bytes>, mounted: Option<&Mounted>) -> Self {
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            snapshot: RequestSnapshot::of_http(&masked(request, mounted)),
        }
    }
}

/// A copy that can be shown.
///
/// A client in the same process marks its secrets on the request. Over the network the marks are lost, and have to be
/// found again: from the declaration of a mounted endpoint, or by name.
fn masked(request: &Request<Bytes>, mounted: Option<&Mounted>) -> Request<Bytes> {
    let mut copy = request.clone();
    let marked = request.extensions().get::<EndpointInfo>().is_some();
    if let Some(mounted) = mounted.filter(|_| !marked) {
        match mounted.encode_again(request) {
            Some(declared) => copy_marks(&declared, &mut copy),
            // Malformed: nobody knows where a secret could be.
            None => mask_all(&mut copy),
        }
    }
    match serde_json::from_slice::<Map<String, Value>>(copy.body()) {
        Ok(mut body) => {
            if mask_fields(&mut body) {
                *copy.body_mut() = Value::Object(body).to_string().into();
            }
        }
        Err(_) if copy.body().is_empty() || marked => {}
        Err(_) => mask_all(&mut copy),
    }
    copy
}

fn copy_marks(declared: &Request<Bytes>, copy: &mut Request<Bytes>) {
    *copy.extensions_mut() = declared.extensions().clone();
    for (name, _) in declared.headers().iter().filter(|(_, value)| value.is_sensitive()) {
        if let http::header::Entry::Occupied(mut values) = copy.headers_mut().entry(name) {
            values.iter_mut().for_each(|value| value.set_sensitive(true));
        }
    }
}

fn mask_all(copy: &mut Request<Bytes>) {
    if !copy.body().is_empty() {
        *copy.body_mut() = Bytes::from_static(MASK.as_bytes());
    }
}

fn mask_fields(body: &mut Map<String, Value>) -> bool {
    let secrets = body.iter_mut().filter(|(name, value)| SECRET_FIELDS.contains(&name.as_str()) && !value.is_null());
    secrets.map(|(_, value)| *value = MASK.into()).count() > 0
}
