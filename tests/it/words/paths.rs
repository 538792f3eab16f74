//! Several values in one segment of a path.

use proptest::prelude::*;
use qelos_client::auth::Public;
use qelos_client::{DecodeRequest, Endpoint};

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
