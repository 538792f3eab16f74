//! Headers: constant ones, maps, media types, cookies.

use std::collections::BTreeMap;

use qelos_client::auth::Public;
use qelos_client::{DecodeRequest, Endpoint, SecretString, resource};

use super::{received, sends, shown};

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(
    PATCH, "/items/{id}", auth = Public, accept = "application/vnd.github+json",
    content_type = "application/merge-patch+json", headers("X-Api-Version" = "2026-01-01", "x-client" = "tests"),
)]
struct Change {
    id: u32,
    title: Option<String>,
    #[endpoint(header = "X-Request-ID")]
    request: u32,
}

#[test]
fn constant_headers_and_media_types_are_sent_and_names_are_in_lower_case() {
    let change = Change { id: 7, title: Some("a".to_owned()), request: 1 };
    sends(
        &change,
        "PATCH /items/7\naccept: application/vnd.github+json\ncontent-type: application/merge-patch+json\nx-api-version: 2026-01-01\nx-client: tests\nx-request-id: 1\n\n{\n  \"title\": \"a\"\n}\n",
    );
}

#[test]
fn a_request_without_a_constant_header_is_that_of_another_endpoint() {
    let mut request = received(&Change { id: 7, title: None, request: 1 });
    request.headers_mut().insert("x-api-version", "2025-01-01".parse().unwrap());
    assert!(Change::decode_request(&request).unwrap_err().is_other_endpoint());
    let mut request = received(&Change { id: 7, title: None, request: 1 });
    request.headers_mut().insert("x-request-id", "one".parse().unwrap());
    assert!(!Change::decode_request(&request).unwrap_err().is_other_endpoint(), "it is this one, with a mistake");
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/{key}", auth = Public)]
struct PutObject {
    key: String,
    #[endpoint(header = "x-amz-acl")]
    acl: String,
    #[endpoint(header = "x-amz-meta-*")]
    meta: BTreeMap<String, String>,
    #[endpoint(header = "x-amz-meta-owner")]
    owner: Option<String>,
    #[endpoint(raw = "text/plain")]
    content: String,
}

fn object(meta: &[(&str, &str)]) -> PutObject {
    let meta = meta.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let (key, acl, content) = ("a".to_owned(), "private".to_owned(), "hello".to_owned());
    PutObject { key, acl, meta, owner: Some("ada".to_owned()), content }
}

#[test]
fn each_entry_of_a_map_is_a_header_behind_the_prefix() {
    sends(
        &object(&[("colour", "red"), ("size", "7")]),
        "PUT /a\naccept: application/json\ncontent-type: text/plain\nx-amz-acl: private\nx-amz-meta-colour: red\nx-amz-meta-owner: ada\nx-amz-meta-size: 7\n\nhello\n",
    );
    let upper = object(&[("Colour", "red")]).encode().unwrap();
    assert_eq!(upper.headers()["x-amz-meta-colour"], "red");
}

#[test]
fn a_key_cannot_replace_another_header_or_break_out_of_its_name() {
    let reason = |meta: &[(&str, &str)]| object(meta).encode().unwrap_err().to_string();
    let taken = reason(&[("Owner", "eve")]);
    assert!(taken.contains("`x-amz-meta-` of `PutObject`") && taken.contains("has this header already"), "{taken}");
    assert!(reason(&[("a", "1"), ("A", "2")]).contains("in its case only"));
    assert!(reason(&[("a\r\nx-evil", "1")]).contains("cannot be a part of the name of a header"));
    assert!(reason(&[("", "1")]).contains("cannot be a part of the name of a header"));
    assert!(reason(&[("a", "1\r\nx-evil: 2")]).contains("its value cannot be that of a header"));
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/page", auth = Public)]
struct Page {
    #[endpoint(cookie = "theme")]
    theme: Option<String>,
    #[endpoint(cookie = "visit")]
    visit: u64,
    #[endpoint(cookie = "consent", secret)]
    consent: Option<SecretString>,
}

#[test]
fn cookies_are_one_header_and_are_read_back() {
    let page = Page { theme: Some("dark".to_owned()), visit: 7, consent: Some("hunter2".into()) };
    let request = page.encode().unwrap();
    assert_eq!(request.headers()["cookie"], "theme=dark; visit=7; consent=hunter2");
    assert!(request.holds_secrets() && request.headers()["cookie"].is_sensitive());
    assert!(!shown(&page).contains("hunter2") && shown(&page).contains("cookie: ***"));
    let read = Page::decode_request(&received(&page)).unwrap();
    assert_eq!((read.theme.as_deref(), read.visit, read.consent.is_some()), (Some("dark"), 7, true));

    let plain = Page { theme: None, visit: 8, consent: None }.encode().unwrap();
    assert_eq!(plain.headers()["cookie"], "visit=8");
    assert!(!plain.holds_secrets());
}

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/vault", auth = Public)]
struct Vault {
    #[endpoint(cookie = "pin", secret)]
    pin: SecretString,
    #[endpoint(cookie = "theme")]
    theme: Option<String>,
}

#[test]
fn a_secret_cookie_is_marked_also_when_it_is_empty_and_wherever_it_stands() {
    let first = |theme: Option<&str>| Vault { pin: "".into(), theme: theme.map(str::to_owned) }.encode().unwrap();
    let last = Page { theme: Some("dark".to_owned()), visit: 7, consent: Some("".into()) }.encode().unwrap();
    for (request, sent) in
        [(first(None), "pin="), (first(Some("dark")), "pin=; theme=dark"), (last, "theme=dark; visit=7; consent=")]
    {
        assert_eq!(request.headers()["cookie"], sent);
        assert!(request.headers()["cookie"].is_sensitive(), "{sent}");
    }
}

#[test]
fn a_cookie_cannot_add_another_one() {
    for theme in ["dark; admin=1", "a b", "ä", "a\"", "a,b", "a\\b", "a\r\n"] {
        let page = Page { theme: Some(theme.to_owned()), visit: 1, consent: None };
        let error = page.encode().unwrap_err().to_string();
        assert!(error.starts_with("the cookie `theme` of `Page` cannot be written: a cookie has no"), "{error}");
    }
    let page = Page { theme: None, visit: 1, consent: Some("hunter2;".into()) };
    assert!(!page.encode().unwrap_err().to_string().contains("hunter2"));
}

#[resource(path = "/v2", auth = Public, accept = "application/vnd.a+json", headers("x-version" = "2", "x-team" = "a"))]
trait Things {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/new", accept = "application/json", headers("X-Version" = "3"))]
    async fn newest(&self) -> String;
    #[get("/pdf", raw = "application/pdf")]
    async fn pdf(&self) -> Vec<u8>;
    #[head]
    async fn exist(&self);
}

#[test]
fn the_headers_of_a_resource_are_those_of_all_methods_that_do_not_say_otherwise() {
    assert_eq!(shown(&ThingsList {}), "GET /v2\naccept: application/vnd.a+json\nx-team: a\nx-version: 2\n");
    assert_eq!(shown(&ThingsNewest {}), "GET /v2/new\naccept: application/json\nx-team: a\nx-version: 3\n");
    assert_eq!(shown(&ThingsPdf {}), "GET /v2/pdf\naccept: application/pdf\nx-team: a\nx-version: 2\n");
    assert_eq!(shown(&ThingsExist {}), "HEAD /v2\naccept: application/vnd.a+json\nx-team: a\nx-version: 2\n");
}
