//! The store: buckets in memory.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LAST_MODIFIED as LAST_MODIFIED_HEADER, RANGE};
use http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};

use crate::public_apis::{header, parameter};

pub(super) const LAST_MODIFIED: &str = "Wed, 21 Oct 2026 07:28:00 GMT";
/// The one bucket that the caller may use.
const BUCKET: &str = "notes";
const TITLE: &str = "x-amz-meta-title";

#[derive(Clone)]
struct Object {
    media_type: String,
    title: Option<String>,
    content: Bytes,
}

type Objects = Arc<Mutex<BTreeMap<String, Object>>>;

pub(super) fn routes() -> Router {
    Router::new()
        .route("/{bucket}", get(list))
        .route("/{bucket}/{*key}", get(read).put(write))
        .with_state(Objects::default())
}

pub(super) fn etag(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hex = digest.iter().take(16).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    format!("\"{hex}\"")
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <RequestId>4442587FB7D0A2F9</RequestId></Error>"
    );
    (status, [(CONTENT_TYPE, "application/xml")], body).into_response()
}

async fn write(
    State(objects): State<Objects>,
    Path((_, key)): Path<(String, String)>,
    headers: HeaderMap,
    content: Bytes,
) -> Response {
    let mut objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
    if header(&headers, IF_NONE_MATCH.as_str()) == Some("*") && objects.contains_key(&key) {
        let message = "At least one of the pre-conditions you specified did not hold";
        return refuse(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message);
    }
    let etag = etag(&content);
    let media_type = header(&headers, CONTENT_TYPE.as_str()).unwrap_or("binary/octet-stream").to_owned();
    objects.insert(key, Object { media_type, title: header(&headers, TITLE).map(str::to_owned), content });
    [(ETAG, etag)].into_response()
}

/// `GetObject` and `HeadObject`: axum takes the content off a response to `HEAD`.
async fn read(
    State(objects): State<Objects>,
    Path((bucket, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if bucket != BUCKET {
        return refuse(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied");
    }
    let object = objects.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    let Some(Object { media_type, title, content }) = object else {
        return refuse(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
    };
    let etag = etag(&content);
    if header(&headers, IF_NONE_MATCH.as_str()) == Some(&etag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, etag)]).into_response();
    }
    let size = content.len();
    let range = header(&headers, RANGE.as_str()).map(|range| bounds(range, size));
    let mut response = match range {
        Some((first, _)) if first >= size => {
            let mut response = refuse(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "Not satisfiable");
            response.headers_mut().insert(CONTENT_RANGE, format!("bytes */{size}").parse().unwrap());
            return response;
        }
        Some((first, last)) => {
            let range = format!("bytes {first}-{last}/{size}");
            (StatusCode::PARTIAL_CONTENT, [(CONTENT_RANGE, range)], content.slice(first..=last)).into_response()
        }
        None => content.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type.parse().unwrap());
    headers.insert(ETAG, etag.parse().unwrap());
    headers.insert(LAST_MODIFIED_HEADER, LAST_MODIFIED.parse().unwrap());
    if let Some(title) = title {
        headers.insert(TITLE, title.parse().unwrap());
    }
    response
}

/// The first and the last byte of `bytes=3-6` or `bytes=3-`.
fn bounds(range: &str, size: usize) -> (usize, usize) {
    let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let last = last.parse().unwrap_or(usize::MAX).min(size.saturating_sub(1));
    (first.parse().unwrap(), last)
}

async fn list(State(objects): State<Objects>, Path(bucket): Path<String>, RawQuery(query): RawQuery) -> Response {
    let query = |name| parameter(query.as_deref(), name);
    assert_eq!(query("list-type").as_deref(), Some("2"));
    if bucket != BUCKET {
        return refuse(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist");
    }
    let prefix = query("prefix").unwrap_or_default();
    let limit = query("max-keys").map_or(1000, |limit| limit.parse().unwrap());
    // The token is the last key of the page before.
    let last = query("continuation-token");
    let objects = objects.lock().unwrap_or_else(PoisonError::into_inner);
    let mut found = objects.iter().filter(|(key, _)| key.starts_with(&prefix) && last.as_ref() < Some(key));
    let page: Vec<_> = found.by_ref().take(limit).collect();
    let next = found.next().and(page.last()).map(|(key, _)| key.as_str());
    (StatusCode::OK, [(CONTENT_TYPE, "application/xml")], listing(&page, next)).into_response()
}

fn listing(page: &[(&String, &Object)], next: Option<&str>) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n  <Name>{BUCKET}</Name>\n  \
         <KeyCount>{}</KeyCount>\n  <IsTruncated>{}</IsTruncated>\n",
        page.len(),
        next.is_some()
    );
    for (key, object) in page {
        let (key, etag, size) = (escaped(key), escaped(&etag(&object.content)), object.content.len());
        writeln!(xml, "  <Contents><Key>{key}</Key><ETag>{etag}</ETag><Size>{size}</Size></Contents>").unwrap();
    }
    if let Some(next) = next {
        writeln!(xml, "  <NextContinuationToken>{}</NextContinuationToken>", escaped(next)).unwrap();
    }
    xml + "</ListBucketResult>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
