//! The way of a request through the fake: the gateway's own checks, then a mounted endpoint or a route of Qelos, then what
//! every answer gets.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use qelos_spec::Timestamp;
use serde_json::{Map, Value};

use super::answer::{self, Author};
use super::caller::{Caller, identify};
use super::state::{State, TENANT};
use super::{Shared, api_tokens, me, session};

/// The largest body that is parsed.
const LARGEST_BODY: usize = 100 * 1024;

/// Answers a request.
pub(super) fn handle(fake: &Shared, request: &Request<Bytes>) -> Response<Bytes> {
    let now = fake.clock.now();
    let mounted = fake.mounted_for(request);
    fake.record(request, mounted.as_deref());
    if let Some(refused) = refuse(request.headers()) {
        return answer::finish(refused, Author::Gateway, now);
    }
    api_tokens::sweep(&mut fake.state(), now);
    let mut response = match mounted {
        Some(mounted) => {
            let caller = {
                let mut state = fake.state();
                identify(&mut state, request.headers(), now).map(|identity| Caller::new(&state, &identity))
            };
            // Without holding the state: a handler may ask the fake for something.
            mounted.answer(request, caller)
        }
        None => route(&mut fake.state(), request, now),
    };
    session::rotate_cookie(&mut fake.state(), request.headers(), host(request), now, &mut response);
    let response = answer::finish(response, Author::Service, now);
    if is_known(request, &response) { answer::not_modified(response) } else { response }
}

/// What the gateway refuses without asking a service.
fn refuse(headers: &HeaderMap) -> Option<Response<Bytes>> {
    let text = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    if text("tenant").is_some_and(|tenant| tenant != TENANT) {
        return Some(answer::message(StatusCode::BAD_REQUEST, "invalid host for tenant"));
    }
    let version = text("accept-version").filter(|version| version != "v1")?;
    Some(answer::message(StatusCode::BAD_REQUEST, &format!("Unsupported API version: {version}")))
}

/// The routes of Qelos.
fn route(state: &mut State, request: &Request<Bytes>, now: Timestamp) -> Response<Bytes> {
    let body = match read_json(request) {
        Ok(body) => body,
        Err(status) => return answer::page(status, status.canonical_reason().unwrap_or_default()),
    };
    let (headers, host) = (request.headers(), host(request));
    let path = request.uri().path();
    let known = path.strip_suffix('/').unwrap_or(path);
    match (request.method(), known) {
        (&Method::POST, "/api/signin") => return session::sign_in(state, &body, host, now),
        (&Method::POST, "/api/token/refresh") => return session::refresh(state, headers, now),
        _ => {}
    }
    let api_token = known.strip_prefix("/api/me/api-tokens/").filter(|id| !id.contains('/'));
    let needs_user = match *request.method() {
        Method::POST => matches!(known, "/api/logout" | "/api/me/api-tokens"),
        Method::GET => matches!(known, "/api/me" | "/api/me/api-tokens"),
        Method::DELETE => api_token.is_some(),
        _ => false,
    };
    if !needs_user {
        return answer::page(StatusCode::NOT_FOUND, &format!("Cannot {} {path}", request.method()));
    }
    let identity = match identify(state, headers, now) {
        Ok(identity) => identity,
        Err(denied) => return denied.answer(),
    };
    match known {
        "/api/me" => return me::get(state, &identity),
        "/api/logout" => return session::log_out(state, &identity, headers, host, now),
        _ => {}
    }
    if let Some(refused) = api_tokens::refuse(state, &identity) {
        return refused;
    }
    match (request.method(), api_token) {
        (_, Some(id)) => api_tokens::delete(state, identity.user, id),
        (&Method::POST, None) => api_tokens::create(state, identity.user, &body, now),
        _ => api_tokens::list(state, identity.user),
    }
}

/// The fields of a JSON body; none when the content type says something else.
fn read_json(request: &Request<Bytes>) -> Result<Map<String, Value>, StatusCode> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") || request.body().is_empty() {
        return Ok(Map::new());
    }
    if request.body().len() > LARGEST_BODY {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(fields)) => Ok(fields),
        // An array has no fields anybody asks for.
        Ok(Value::Array(_)) => Ok(Map::new()),
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

/// The host the client called, without the port: `acme.example`, `[::1]`.
fn host(request: &Request<Bytes>) -> &str {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = named.or_else(|| request.uri().authority().map(http::uri::Authority::as_str)).unwrap_or("localhost");
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    }
}

/// Whether the client has this very answer already.
fn is_known(request: &Request<Bytes>, response: &Response<Bytes>) -> bool {
    let text = |headers: &HeaderMap, name| {
        headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok().map(str::to_owned))
    };
    let (Some(known), Some(etag)) = (text(request.headers(), IF_NONE_MATCH), text(response.headers(), ETAG)) else {
        return false;
    };
    *request.method() == Method::GET
        && response.status() == StatusCode::OK
        && known.split(',').any(|one| one.trim() == etag)
}
