//! The received requests, as text for tests. Secrets are masked before a request is kept.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, USER_AGENT};
use http::{Method, Request, Uri};
use qelos_spec::RequestSnapshot;
use serde_json::{Map, Value};

use super::call::reads_forms;
use super::mount::Mounted;
use crate::transport::AttemptInfo;

/// The names of secrets in the bodies and queries of Qelos.
const SECRET_FIELDS: [&str; 10] = [
    "password",
    "token",
    "refreshToken",
    "cookieToken",
    "access_token",
    "refresh_token",
    "client_secret",
    "mcp_state",
    "code_verifier",
    "rt",
];

const MASK: &str = "***";

/// One received request.
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
/// A client in the same process lists its secrets in the extensions of the request. Over the network the list is lost,
/// and the secrets have to be found again: by the declaration of a mounted endpoint, or by their names.
fn masked(request: &Request<Bytes>, mounted: Option<&Mounted>) -> Request<Bytes> {
    let mut copy = request.clone();
    let marked = request.extensions().get::<AttemptInfo>().is_some();
    if let Some(mounted) = mounted.filter(|_| !marked) {
        match mounted.encode_again(request) {
            Some(declared) => copy_marks(&declared, &mut copy),
            // Malformed: a secret could be anywhere.
            None => {
                mask_all(&mut copy);
                mask_headers(&mut copy);
                mask_query(&mut copy, |_| true);
            }
        }
    }
    mask_query(&mut copy, |name| is_secret(name, true));
    if holds_encrypted_data(copy.uri().path()) {
        // The program that sends it wants it to be unreadable, whatever its fields are called.
        mask_all(&mut copy);
        return copy;
    }
    let is_mcp = reads_forms(copy.uri().path());
    match serde_json::from_slice::<Map<String, Value>>(copy.body()) {
        Ok(mut body) => {
            if mask_fields(&mut body, is_mcp) {
                *copy.body_mut() = Value::Object(body).to_string().into();
            }
        }
        Err(_) if copy.body().is_empty() || marked => {}
        Err(_) if is_mcp && is_form(&copy) => mask_form(&mut copy),
        Err(_) => mask_all(&mut copy),
    }
    copy
}

/// Whether a route stores what it is sent as encrypted data of a user or a workspace.
fn holds_encrypted_data(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case("encrypted"))
}

/// The name `code` is a secret only in an address, and where codes are exchanged for tokens.
fn is_secret(name: &str, holds_codes: bool) -> bool {
    SECRET_FIELDS.contains(&name) || (holds_codes && name == "code")
}

fn is_form(request: &Request<Bytes>) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Masks the parameters with such names.
fn mask_query(copy: &mut Request<Bytes>, is_masked: impl Fn(&str) -> bool) {
    let uri = copy.uri();
    let Some(query) = uri.query() else { return };
    let masked = query.split('&').map(|pair| {
        // Decoded, because the server reads `%72t` as `rt`.
        let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name).unwrap_or_default();
        match pair.split_once('=') {
            Some((written, _)) if is_masked(&name) => format!("{written}={MASK}"),
            None if !pair.is_empty() && is_masked(&name) => MASK.to_owned(),
            _ => pair.to_owned(),
        }
    });
    let target = format!("{}?{}", uri.path(), masked.collect::<Vec<_>>().join("&"));
    let mut parts = uri.clone().into_parts();
    // The masks stand in the places of values, so the text is a valid target again.
    parts.path_and_query = target.parse().ok();
    *copy.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
}

fn mask_headers(copy: &mut Request<Bytes>) {
    let own = |name: &HeaderName| ![ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT].contains(name);
    copy.headers_mut().iter_mut().filter(|(name, _)| own(name)).for_each(|(_, value)| value.set_sensitive(true));
}

fn mask_form(copy: &mut Request<Bytes>) {
    let mut masked = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(copy.body()) {
        masked.append_pair(&name, if is_secret(&name, true) { MASK } else { &value });
    }
    let masked = masked.finish();
    *copy.body_mut() = masked.into();
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

/// Masks the secrets in the fields; returns whether there were any.
fn mask_fields(body: &mut Map<String, Value>, holds_codes: bool) -> bool {
    body.iter_mut().fold(false, |masked, (name, value)| {
        let is_secret = is_secret(name, holds_codes) && !value.is_null();
        if is_secret {
            *value = MASK.into();
        }
        masked | (is_secret || mask_inside(value))
    })
}

fn mask_inside(value: &mut Value) -> bool {
    match value {
        Value::Object(fields) => mask_fields(fields, false),
        Value::Array(items) => items.iter_mut().fold(false, |masked, item| masked | mask_inside(item)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, kind: &str, body: &str) -> String {
        let request = Request::post(path).header("content-type", kind).body(Bytes::copy_from_slice(body.as_bytes()));
        Received::new(&request.unwrap(), None).snapshot.to_string()
    }

    #[test]
    fn secrets_in_addresses_are_masked() {
        let text =
            shown("https://acme.example/api/auth/callback?x=1&rt=s3cret&%72t=s3cret&code=s3cret", "text/plain", "");
        assert_eq!(
            text.lines().next(),
            Some("POST /api/auth/callback?x=1&rt=***&%72t=***&code=***"),
            "all else stays as it is"
        );
    }

    #[test]
    fn secrets_in_forms_are_masked() {
        let form = "application/x-www-form-urlencoded";
        let body = "grant_type=authorization_code&code=s3cret&code_verifier=s3cret&client_secret=s3cret";
        let text = shown("/api/auth/mcp/token", form, body);
        assert!(text.contains("grant_type = authorization_code\ncode = ***\ncode_verifier = ***"), "{text}");
        let text = shown("/api/auth/mcp/consent", form, "mcp_state=s3cret&action=accept");
        assert!(text.contains("mcp_state = ***\naction = accept"), "{text}");
        assert!(!shown("/api/signin", form, "pass=s3cret").contains("s3cret"), "the names of its fields are unknown");
    }

    #[test]
    fn secrets_are_masked_in_paths_of_any_case() {
        assert!(!shown("/API/Auth/MCP/Token", "application/json", r#"{"code":"s3cret"}"#).contains("s3cret"));
        for path in ["/api/users/6b01/encrypted", "/api/workspaces/6b01/Encrypted/"] {
            assert!(!shown(path, "application/json", r#"{"last4":"s3cret"}"#).contains("s3cret"), "{path}");
        }
    }

    #[test]
    fn secrets_in_json_are_masked() {
        let json = "application/json";
        let body = r#"{"cookieToken":"s3cret","access_token":"s3cret","refresh_token":"s3cret","code":"x7"}"#;
        let text = shown("/api/anything", json, body);
        assert!(!text.contains("s3cret") && text.contains("x7"), "{text}");
        let text = shown("/api/anything", json, r#"{"a":[{"user":"ada","b":{"refreshToken":"s3cret","code":"x7"}}]}"#);
        assert!(!text.contains("s3cret") && text.contains("x7") && text.contains("ada"), "{text}");
        assert!(!shown("/api/auth/mcp/token", json, r#"{"code":"s3cret"}"#).contains("s3cret"));
    }
}
