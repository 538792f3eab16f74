//! Whatever a value holds, a request goes to the server, the path and the parameters its declaration says.
//!
//! Checked through the URL type that reqwest sends with, because that is where a path is normalised.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use proptest::prelude::*;
use qelos_client::auth::SignedIn;
use qelos_client::{BaseUrl, DecodeRequest, Endpoint};
use url::Url;

#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(DELETE, "/api/{kind}/items/v{version}.json/{id}", auth = SignedIn)]
struct Delete {
    kind: String,
    version: String,
    id: String,
    note: String,
    tags: Vec<String>,
}

/// Texts that mean something to a URL parser, and any others.
fn text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "/",
        "\\",
        "?",
        "#",
        "@",
        ":",
        ";",
        "&",
        "=",
        "+",
        " ",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "//evil.example",
        "https://evil.example",
        "..\\..",
        "ä",
        "\u{202e}",
        "%00",
        "..;",
    ]);
    prop_oneof![prop::collection::vec(nasty, 0..4).prop_map(|parts| parts.concat()), any::<String>(),]
}

fn endpoint() -> impl Strategy<Value = Delete> {
    (text(), text(), text(), text(), prop::collection::vec(text(), 0..3))
        .prop_map(|(kind, version, id, note, tags)| Delete { kind, version, id, note, tags })
}

fn base() -> impl Strategy<Value = BaseUrl> {
    prop::sample::select(vec!["https://acme.example", "http://127.0.0.1:3000/qelos", "https://[::1]:8443/a/b"])
        .prop_map(|base| base.parse().unwrap())
}

fn is_refused(value: &str) -> bool {
    matches!(value, "" | "." | "..")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_changes_where_a_request_goes(endpoint in endpoint(), base in base()) {
        let Ok(request) = endpoint.encode() else {
            prop_assert!(is_refused(&endpoint.kind) || endpoint.version.is_empty() || is_refused(&endpoint.id));
            return Ok(());
        };
        let mut request = request.into_http(&base).unwrap();
        let url = Url::parse(&request.uri().to_string()).unwrap();
        let root = Url::parse(base.as_str()).unwrap();

        prop_assert_eq!(url.origin(), root.origin());
        prop_assert_eq!(url.username(), "");
        prop_assert_eq!(url.fragment(), None);
        let path = url.path().strip_prefix(base.prefix()).unwrap();
        let segments: Vec<_> = path.split('/').collect();
        prop_assert_eq!(segments.len(), 6, "{}", path);
        prop_assert_eq!((segments[1], segments[3]), ("api", "items"));
        let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        let mut expected = vec!["note"];
        expected.extend(endpoint.tags.iter().map(|_| "tags"));
        prop_assert_eq!(names, expected);

        // What the URL parser leaves is what was meant: the other side reads the same values.
        let target = format!("{path}?{}", url.query().unwrap());
        *request.uri_mut() = target.parse().unwrap();
        prop_assert_eq!(Delete::decode_request(&request).unwrap(), endpoint);
    }

    #[test]
    fn no_text_makes_a_base_url_with_a_surprise(text in text(), host in text()) {
        for candidate in [text.clone(), format!("https://acme.example/{text}"), format!("https://{host}/{text}")] {
            let Ok(base) = candidate.parse::<BaseUrl>() else { continue };
            let url = Url::parse(&format!("{base}/x")).unwrap();
            prop_assert_eq!(url.path(), format!("{}/x", base.prefix()));
            prop_assert_eq!((url.username(), url.password(), url.query(), url.fragment()), ("", None, None, None));
            prop_assert_eq!(url.scheme() == "https", base.is_https());
        }
    }
}
