//! Several values in one segment of a path, and the query that stands in it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qelos_client::auth::Public;
use qelos_client::{DecodeRequest, Endpoint, resource};

use super::{received, sends};

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/repos/{repo}/compare/{base}...{head}", auth = Public)]
struct Compare {
    repo: String,
    base: String,
    head: String,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/tiles/{z},{x},{y}@2x.png", auth = Public)]
struct Tile {
    z: u8,
    x: u32,
    y: i32,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/tiles/{z},{x}", auth = Public)]
struct Named {
    z: String,
    x: u32,
}

fn compare(base: &str, head: &str) -> Compare {
    Compare { repo: "a".to_owned(), base: base.to_owned(), head: head.to_owned() }
}

#[test]
fn values_of_one_segment_have_text_between_them() {
    sends(&compare("main", "v1.2"), "GET /repos/a/compare/main...v1.2\naccept: application/json\n");
    sends(&compare("ada:a/b", "x"), "GET /repos/a/compare/ada%3Aa%2Fb...x\naccept: application/json\n");
    sends(&Tile { z: 1, x: 2, y: -3 }, "GET /tiles/1,2,-3@2x.png\naccept: application/json\n");
}

#[test]
fn a_value_that_holds_the_text_between_is_refused() {
    for (base, head) in [("a...b", "c"), ("a", "b...c"), ("a.", "b"), ("a", ".b"), ("...", "a")] {
        let error = compare(base, head).encode().unwrap_err().to_string();
        assert!(error.contains("could not be told apart"), "{base} {head}: {error}");
    }
    let tile = |z: &str| Named { z: z.to_owned(), x: 2 }.encode();
    assert!(tile("1").is_ok() && tile("1,3").is_err(), "a server may decode before it splits");
    assert!(compare("", "a").encode().is_err());
    let mut request = received(&compare("a", "b"));
    *request.uri_mut() = "/repos/a/compare/a...b...c".parse().unwrap();
    assert!(Compare::decode_request(&request).unwrap_err().is_other_endpoint());
}

proptest! {
    #[test]
    fn values_that_are_sent_are_read_back(base in "[a-c.%/{}]{0,6}", head in "[a-c.%/{}]{0,6}") {
        let compare = compare(&base, &head);
        if let Ok(request) = compare.encode() {
            let request = request.into_http(&"https://acme.example".parse().unwrap()).unwrap();
            prop_assert_eq!(Compare::decode_request(&request), Ok(compare));
        }
    }
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/{bucket}?list-type=2&metadata", auth = Public)]
struct ListObjects {
    bucket: String,
    #[endpoint(query, flag)]
    versions: bool,
    #[endpoint(query, flag)]
    uploads: Option<()>,
    prefix: Option<String>,
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

fn objects() -> ListObjects {
    ListObjects { bucket: "b".to_owned(), versions: true, uploads: None, prefix: None, more: BTreeMap::new() }
}

#[test]
fn constant_parameters_and_keys_without_a_value_are_sent() {
    sends(&objects(), "GET /b?list-type=2&metadata&versions\naccept: application/json\n");
    let no_versions = ListObjects { versions: false, ..objects() };
    sends(&no_versions, "GET /b?list-type=2&metadata\naccept: application/json\n");
    let more = BTreeMap::from([("x".to_owned(), "1".to_owned())]);
    let all = ListObjects { uploads: Some(()), prefix: Some("a".to_owned()), more, ..objects() };
    sends(&all, "GET /b?list-type=2&metadata&versions&uploads&prefix=a&x=1\naccept: application/json\n");
    let more = BTreeMap::from([("metadata".to_owned(), "1".to_owned())]);
    let error = ListObjects { more, ..objects() }.encode().unwrap_err().to_string();
    assert!(error.contains("it holds `metadata`, and so does the endpoint"), "{error}");
}

#[test]
fn a_request_without_a_constant_parameter_is_that_of_another_endpoint() {
    let read = |target: &str| {
        let mut request = received(&objects());
        *request.uri_mut() = target.parse().unwrap();
        ListObjects::decode_request(&request)
    };
    for target in ["/b", "/b?list-type=2", "/b?list-type=1&metadata", "/b?list-type=2&metadata=x"] {
        assert!(read(target).unwrap_err().is_other_endpoint(), "{target}");
    }
    let other = ListObjects { versions: false, uploads: Some(()), ..objects() };
    assert_eq!(read("/b?uploads=&metadata=&list-type=2"), Ok(other));
    let error = read("/b?list-type=2&metadata&versions=1").unwrap_err().to_string();
    assert!(error.contains("a key without a value"), "{error}");
}

#[resource(path = "/buckets/{bucket}", auth = Public)]
pub trait Bucket {
    #[get]
    async fn get(&self, bucket: &str) -> u8;
    #[get("?acl")]
    async fn acl(&self, bucket: &str, #[endpoint(query, flag)] full: bool) -> u8;
    #[get("/policy?acl")]
    async fn policy(&self, bucket: &str) -> u8;
}

#[test]
fn methods_of_a_resource_differ_in_their_constant_parameters() {
    let acl = BucketAcl { bucket: "b".to_owned(), full: true }.encode().unwrap();
    assert_eq!(acl.target(), "/buckets/b?acl&full");
    assert_eq!(BucketGet { bucket: "b".to_owned() }.encode().unwrap().target(), "/buckets/b");
    assert_eq!(BucketPolicy { bucket: "b".to_owned() }.encode().unwrap().target(), "/buckets/b/policy?acl");
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/rooms/{ids}/{names}", auth = Public)]
struct Rooms {
    #[endpoint(comma)]
    ids: Vec<u8>,
    #[endpoint(pipe)]
    names: Vec<String>,
}

#[test]
fn a_comma_between_elements_stays_and_one_inside_of_an_element_is_encoded() {
    let rooms = Rooms { ids: vec![1, 2], names: vec!["a,b".to_owned(), "c".to_owned()] };
    sends(&rooms, "GET /rooms/1,2/a%2Cb%7Cc\naccept: application/json\n");
}
