//! Objects of a store with the interface of Amazon S3: bytes, their versions and their metadata, and XML.

mod server;
mod xml;

use bytes::Bytes;
use qelos_client::auth::Public;
use qelos_client::{ApiError, Client, ETag, Endpoint, Error, Response, Upload};
use serde::Deserialize;

use self::xml::Xml;
use super::serve;

/// `PutObject`
#[derive(Endpoint)]
#[endpoint(PUT, "/{bucket}/{*key}", response = Stored, error = Refused, auth = Public)]
struct PutObject<'p> {
    bucket: &'p str,
    key: &'p str,
    #[endpoint(header = "if-none-match")]
    unless: Option<ETag>,
    #[endpoint(header = "x-amz-meta-title")]
    title: Option<&'p str>,
    #[endpoint(raw = "text/html")]
    content: Upload,
}

#[derive(Debug, PartialEq, Response)]
struct Stored {
    #[response(header)]
    etag: ETag,
}

/// `GetObject`
#[derive(Endpoint)]
#[endpoint(GET, "/{bucket}/{*key}", response = Object, error = Refused, auth = Public)]
struct GetObject<'g> {
    bucket: &'g str,
    key: &'g str,
    #[endpoint(header = "range")]
    range: Option<&'g str>,
    #[endpoint(header = "if-none-match")]
    known: Option<ETag>,
}

#[derive(Debug, PartialEq, Response)]
enum Object {
    #[response(200)]
    Whole {
        #[response(header)]
        etag: ETag,
        #[response(header)]
        content_type: String,
        #[response(header = "x-amz-meta-title")]
        title: Option<String>,
        // Of any type, pages among them.
        #[response(raw = "*/*")]
        content: Bytes,
    },
    #[response(206)]
    Part {
        #[response(header)]
        content_range: String,
        #[response(raw = "*/*")]
        content: Bytes,
    },
    #[response(304)]
    Unchanged,
}

/// `HeadObject`
#[derive(Endpoint)]
#[endpoint(HEAD, "/{bucket}/{*key}", response = Option<Metadata>, none = 404, auth = Public)]
struct HeadObject<'h> {
    bucket: &'h str,
    key: &'h str,
}

#[derive(Debug, PartialEq, Response)]
struct Metadata {
    #[response(header = "content-length")]
    size: u64,
    #[response(header)]
    etag: ETag,
    #[response(header)]
    last_modified: String,
    #[response(header = "x-amz-meta-title")]
    title: Option<String>,
}

/// `ListObjectsV2`
#[derive(Endpoint)]
#[endpoint(
    GET, "/{bucket}", response = Listing, format = Xml, error = Refused, auth = Public,
    pages(cursor = token, next = next, items = objects: Listed),
)]
struct ListObjects<'l> {
    bucket: &'l str,
    #[endpoint(rename = "list-type")]
    version: u8,
    prefix: Option<&'l str>,
    #[endpoint(rename = "max-keys")]
    limit: Option<u32>,
    #[endpoint(rename = "continuation-token")]
    token: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Listing {
    #[serde(rename = "KeyCount")]
    count: u32,
    #[serde(rename = "IsTruncated")]
    is_truncated: bool,
    #[serde(rename = "NextContinuationToken")]
    next: Option<String>,
    #[serde(rename = "Contents", default)]
    objects: Vec<Listed>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    key: String,
    size: u64,
    #[serde(rename = "ETag")]
    etag: String,
}

/// The refusals of the store, which are XML as well.
#[derive(Debug, Response)]
enum Refused {
    #[response(404)]
    Missing(#[response(format = Xml)] Problem),
    #[response(412)]
    Exists,
    #[response(416)]
    OutOfRange {
        #[response(header)]
        content_range: Option<String>,
    },
    #[response(_)]
    Other(ApiError),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Problem {
    code: String,
    message: String,
}

const PAGE: &str = "<!doctype html><title>Ada &amp; Charles</title>";

async fn client() -> Client {
    Client::new(&serve(server::routes()).await).unwrap()
}

fn put(key: &str, content: impl Into<Upload>) -> PutObject<'_> {
    PutObject { bucket: "notes", key, unless: None, title: None, content: content.into() }
}

fn get(key: &str) -> GetObject<'_> {
    GetObject { bucket: "notes", key, range: None, known: None }
}

/// The refusal that a call has failed with.
fn refusal<E: Endpoint<Error = Refused>>(error: &Error) -> Refused {
    error.declared::<E>().unwrap().unwrap()
}

#[tokio::test]
async fn an_object_is_stored_once() {
    let client = client().await;
    let new = || PutObject { unless: Some(ETag::any()), title: Some("Ada"), ..put("a/b c.html", PAGE) };
    let stored = client.call(&new()).await.unwrap();
    assert_eq!(stored.etag, server::etag(PAGE.as_bytes()).parse().unwrap());
    let error = client.call(&new()).await.unwrap_err();
    assert!(matches!(refusal::<PutObject<'_>>(&error), Refused::Exists), "{error}");
}

#[tokio::test]
async fn an_object_is_read_unless_it_is_known() {
    let client = client().await;
    let stored = client.call(&PutObject { title: Some("Ada"), ..put("a/b c.html", PAGE) }).await.unwrap();
    let Object::Whole { etag, content_type, title, content } = client.call(&get("a/b c.html")).await.unwrap() else {
        panic!("not whole")
    };
    assert_eq!((&etag, content_type.as_str(), title.as_deref()), (&stored.etag, "text/html", Some("Ada")));
    assert_eq!(content, PAGE);
    let again = client.call(&GetObject { known: Some(etag), ..get("a/b c.html") }).await;
    assert_eq!(again.unwrap(), Object::Unchanged);
    let error = client.call(&get("a/b")).await.unwrap_err();
    let missing = "The specified key does not exist.";
    let Refused::Missing(problem) = refusal::<GetObject<'_>>(&error) else { panic!("{error}") };
    assert_eq!(problem, Problem { code: "NoSuchKey".to_owned(), message: missing.to_owned() });
}

#[tokio::test]
async fn a_range_of_an_object_is_read() {
    let client = client().await;
    client.call(&put("numbers", "0123456789")).await.unwrap();
    let part = client.call(&GetObject { range: Some("bytes=3-6"), ..get("numbers") }).await.unwrap();
    assert_eq!(part, Object::Part { content_range: "bytes 3-6/10".to_owned(), content: "3456".into() });
    let error = client.call(&GetObject { range: Some("bytes=20-"), ..get("numbers") }).await.unwrap_err();
    let Refused::OutOfRange { content_range } = refusal::<GetObject<'_>>(&error) else { panic!("{error}") };
    assert_eq!(content_range.as_deref(), Some("bytes */10"));
}

#[tokio::test]
async fn the_metadata_of_an_object_is_read_without_it() {
    let client = client().await;
    let stored = client.call(&PutObject { title: Some("Ada"), ..put("a.html", PAGE) }).await.unwrap();
    let metadata = Metadata {
        size: PAGE.len() as u64,
        etag: stored.etag,
        last_modified: server::LAST_MODIFIED.to_owned(),
        title: Some("Ada".to_owned()),
    };
    assert_eq!(client.call(&HeadObject { bucket: "notes", key: "a.html" }).await.unwrap(), Some(metadata));
    assert_eq!(client.call(&HeadObject { bucket: "notes", key: "b.html" }).await.unwrap(), None);
    let error = client.call(&HeadObject { bucket: "of-others", key: "a.html" }).await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");
}

#[tokio::test]
async fn the_objects_of_a_bucket_are_listed() {
    let client = client().await;
    let list = |bucket| ListObjects { bucket, version: 2, prefix: Some("a/"), limit: Some(2), token: None };
    for key in ["a/1", "a/2", "a/<3> & more", "b/1"] {
        client.call(&put(key, key)).await.unwrap();
    }
    let listing = client.call(&list("notes")).await.unwrap();
    assert_eq!((listing.count, listing.is_truncated), (2, true));
    let etag = server::etag(b"a/1");
    assert_eq!(listing.objects[0], Listed { key: "a/1".to_owned(), size: 3, etag });
    let mut objects = client.pages(list("notes")).items();
    let mut keys = Vec::new();
    while let Some(object) = objects.next().await {
        keys.push(object.unwrap().key);
    }
    assert_eq!(keys, ["a/1", "a/2", "a/<3> & more"]);
    let error = client.call(&list("nothing")).await.unwrap_err();
    let Refused::Missing(problem) = refusal::<ListObjects<'_>>(&error) else { panic!("{error}") };
    assert_eq!(problem.code, "NoSuchBucket");
}
