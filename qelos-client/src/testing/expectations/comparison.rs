//! Compares a request that came with an expected one.

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName};
use qelos_spec::RequestSnapshot;
use qelos_spec::auth::API_KEY;
use qelos_spec::multipart::Boundary;
use similar::TextDiff;

use crate::headers::AddedHeaders;
use crate::transport::AttemptInfo;

/// Compares all parts of a request that its declaration decides.
pub(super) fn is_expected(came: &Request<Bytes>, expected: &qelos_spec::Request) -> bool {
    is_of_the_same_endpoint(came, expected)
        && came.method() == expected.method()
        && came.uri().path_and_query().is_some_and(|target| target.as_str() == expected.target())
        && has_expected_content(&without_unexpected_additions(came.clone(), expected), expected)
}

/// The request without the headers that the client has added, unless they are expected: its own, and an idempotency key
/// that it has drawn.
pub(super) fn without_unexpected_additions(mut came: Request<Bytes>, expected: &qelos_spec::Request) -> Request<Bytes> {
    let drawn = expected.endpoint().idempotency_key.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
    let of_client = came.extensions().get::<AddedHeaders>().cloned();
    let expected = expected.headers();
    let added = of_client.iter().flat_map(AddedHeaders::names).chain(&drawn);
    for name in added.filter(|name| !expected.contains_key(*name)) {
        came.headers_mut().remove(name);
    }
    came
}

/// Compares headers and body. The boundary of a form is drawn by chance, so the expected form gets that of the one that
/// came.
fn has_expected_content(came: &Request<Bytes>, expected: &qelos_spec::Request) -> bool {
    let Some(form) = expected.multipart() else {
        return *came.headers() == expected.headers() && came.body() == expected.body();
    };
    let boundary = came.headers().get(CONTENT_TYPE).and_then(Boundary::of_content_type);
    boundary.is_some_and(|boundary| {
        let body = form.open(&boundary);
        *came.headers() == expected.clone().with_boundary(boundary).headers()
            && body.is_ok_and(|body| body.as_bytes() == Some(came.body()))
    })
}

pub(super) fn is_of_the_same_endpoint(came: &Request<Bytes>, expected: &qelos_spec::Request) -> bool {
    let (sent, declared) = (came.extensions().get::<AttemptInfo>().map(AttemptInfo::endpoint), expected.endpoint());
    sent.is_some_and(|sent| sent.name == declared.name && sent.path == declared.path)
}

/// A request as its endpoint wrote it: without the credential and the path prefix that the client has added.
pub(super) fn as_written(mut request: Request<Bytes>) -> Request<Bytes> {
    let Some(info) = request.extensions().get().map(AttemptInfo::endpoint) else { return request };
    // An endpoint that takes no credential of the client may have one of its own.
    if info.sends_credential {
        for credential in [AUTHORIZATION, COOKIE, API_KEY] {
            request.headers_mut().remove(credential);
        }
    }
    let uri = request.uri();
    let (path, target) = (uri.path(), uri.path_and_query().map_or("/", |target| target.as_str()));
    let start = path.match_indices('/').find(|(start, _)| info.path.captures(&path[*start..]).is_some());
    if let Some(written) = start.and_then(|(start, _)| target[start..].parse().ok()) {
        *request.uri_mut() = written;
    }
    request
}

pub(super) fn difference(expected: &RequestSnapshot, came: &RequestSnapshot) -> String {
    if expected == came {
        return format!("the expected request and the one that came differ in a secret, or in the endpoint:\n{came}");
    }
    let diff = TextDiff::from_lines(expected.as_str(), came.as_str());
    let lines = diff.iter_all_changes().map(|line| format!("{} {}", line.tag(), line.value()));
    format!("- expected\n+ came\n\n{}", lines.collect::<String>())
}
