//! A request goes to the server, the path and the parameters of its declaration, whatever its values are.
//!
//! Checked with the URL type of reqwest, because that type normalises paths.

use proptest::prelude::*;
use qelos_client::auth::SignedIn;
use qelos_client::transport::ReqwestTransport;
use qelos_client::{BaseUrl, Client, DecodeRequest, Endpoint};
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

/// Texts that have a meaning for a URL parser, and any other texts.
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
        "a",
        "a/../b",
        "%2f",
        "%5C",
        "%252e",
        "%25",
        "%",
        "2",
        "e",
        ".hidden",
        "v1.2",
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

/// Hosts and ports, with spellings that programs read differently.
fn authority() -> impl Strategy<Value = String> {
    let label = prop::sample::select(vec![
        "acme",
        "ACME",
        "a_b",
        "-a",
        "a-",
        "",
        "xn--bcher-kva",
        "XN--Bcher-KVA",
        "xn--zzzzzz-",
        "xn--",
        "xn--a",
        "xn--ls8h",
        "0",
        "1",
        "7",
        "127",
        "256",
        "08",
        "0x7f",
        "0x",
        "0Xg",
        "4294967295",
        "%31",
        "\u{ff11}",
        "a!b",
    ]);
    let number =
        prop::sample::select(vec!["1", "0", "ffff", "FFFF", "0db8", "", "127.0.0.1", "g", "12345", "1%25eth0"]);
    let host = prop_oneof![
        5 => prop::collection::vec(label, 1..6).prop_map(|labels| labels.join(".")),
        3 => prop::collection::vec(number, 1..10).prop_map(|numbers| format!("[{}]", numbers.join(":"))),
        1 => any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]")),
        1 => any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
        1 => "[a-zA-Z0-9._-]{1,70}".prop_map(|host| host),
    ];
    let port = prop::sample::select(vec!["", "", "", ":80", ":443", ":0443", ":8443", ":0", ":", ":+80", ":65536"]);
    (host, port).prop_map(|(host, port)| format!("{host}{port}"))
}

/// Percent-decoded, once.
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut decoded, mut at) = (Vec::new(), 0);
    while at < text.len() {
        match (text[at], digit(text.get(at + 1)), digit(text.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap());
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

/// Percent-decoded until nothing changes.
pub(crate) fn decoded_until_stable(text: &[u8]) -> Vec<u8> {
    let next = decoded(text);
    if next == text { next } else { decoded_until_stable(&next) }
}

/// RFC 3986, section 5.2.4, for a path that begins with a slash.
fn without_dot_segments(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut last_is_removed = false;
    for segment in path[1..].split(|byte| *byte == b'/') {
        last_is_removed = matches!(segment, b"." | b"..");
        match segment {
            b"." => {}
            b".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    if last_is_removed {
        kept.push(b"");
    }
    kept.iter().flat_map(|segment| [b"/", *segment].concat()).collect()
}

/// What a gateway sees that decodes a path once.
fn decoded_once_and_merged(path: &str) -> Vec<u8> {
    without_dot_segments(&decoded(path.as_bytes()))
}

/// What a gateway sees that decodes a path as often as it can, takes `\` for `/` and knows parameters of segments; before it
/// removes dot segments.
fn decoded_without_parameters(path: &str) -> Vec<u8> {
    let slashes = decoded_until_stable(path.as_bytes()).into_iter().map(|byte| if byte == b'\\' { b'/' } else { byte });
    let slashes: Vec<u8> = slashes.collect();
    let plain = slashes[1..].split(|byte| *byte == b'/').flat_map(|segment| {
        let end = segment.iter().position(|byte| *byte == b';').unwrap_or(segment.len());
        [b"/", &segment[..end]].concat()
    });
    plain.collect()
}

/// What a gateway sees that reads a decoded path as a URL once more, and how many segments that had before.
fn decoded_and_read_again(path: &str) -> (String, usize) {
    let decoded = String::from_utf8_lossy(&decoded_until_stable(path.as_bytes())).into_owned();
    let segments = decoded.split(['?', '#']).next().unwrap().matches(['/', '\\']).count();
    (Url::parse(&format!("https://acme.example{decoded}")).unwrap().path().to_owned(), segments)
}

/// The segments of the path that hold values.
fn segments_of(endpoint: &Delete) -> [String; 3] {
    let Delete { kind, version, id, .. } = endpoint;
    [kind.clone(), format!("v{version}.json"), id.clone()]
}

/// Whether a value can be refused in the place of another: nothing that is harmless is.
fn is_refused(value: &str) -> bool {
    let decoded = decoded_until_stable(value.as_bytes());
    value.is_empty()
        || decoded.split(|byte| matches!(byte, b'/' | b'\\')).any(|part| {
            let part = String::from_utf8_lossy(part);
            let part = part.split([';', '?', '#', '\0']).next().unwrap();
            matches!(part.replace(|char: char| char.is_ascii_control(), "").trim_ascii(), "." | "..")
        })
}

#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(GET, "/api/tenants/acme/{kind}:list/.{name}/%2e{dotted}/{*rest}/versions", auth = SignedIn)]
struct Versions {
    kind: String,
    name: String,
    dotted: String,
    rest: String,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_changes_where_a_request_goes(endpoint in endpoint(), base in base()) {
        let Ok(request) = endpoint.encode() else {
            prop_assert!(endpoint.version.is_empty() || segments_of(&endpoint).iter().any(|segment| is_refused(segment)));
            return Ok(());
        };
        prop_assert!(!segments_of(&endpoint).iter().any(|segment| is_refused(segment)), "it was not refused");
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

        // The URL parser has not changed the values: the server's side reads the same ones.
        let target = format!("{path}?{}", url.query().unwrap());
        *request.uri_mut() = target.parse().unwrap();
        prop_assert_eq!(Delete::decode_request(&request).unwrap(), endpoint);
    }

    /// A gateway that decodes what it forwards, or removes dot segments, stays within the fixed text of the path.
    #[test]
    fn no_value_leads_out_of_its_path_whatever_a_gateway_decodes(
        (kind, name, dotted, rest) in (text(), text(), text(), text()),
        endpoint in endpoint(),
    ) {
        let versions = Versions { kind, name, dotted, rest };
        for (request, prefix) in [(versions.encode(), "/api/tenants/acme/"), (endpoint.encode(), "/api/")] {
            let Ok(request) = request else { continue };
            let path = request.target().split('?').next().unwrap();
            prop_assert!(path.starts_with(prefix));
            let url = Url::parse(&format!("https://acme.example{path}")).unwrap();
            prop_assert_eq!(url.path(), path);
            let once = decoded_once_and_merged(path);
            prop_assert_eq!(&once, &decoded(path.as_bytes()), "something was removed");
            let plain = decoded_without_parameters(path);
            prop_assert_eq!(&without_dot_segments(&plain), &plain, "something was removed");
            let (again, segments) = decoded_and_read_again(path);
            prop_assert_eq!(again.matches('/').count(), segments, "something was removed: {}", again);
            for seen in [once, plain, again.into_bytes()] {
                prop_assert!(seen.starts_with(prefix.as_bytes()), "{path}: {}", String::from_utf8_lossy(&seen));
            }
        }
    }

    #[test]
    fn the_parts_of_a_base_url_are_those_of_its_text(text in text(), host in text()) {
        for candidate in [text.clone(), format!("https://acme.example/{text}"), format!("https://{host}/{text}")] {
            let Ok(base) = candidate.parse::<BaseUrl>() else { continue };
            let url = Url::parse(&format!("{base}/x")).unwrap();
            prop_assert_eq!(url.path(), format!("{}/x", base.prefix()));
            prop_assert_eq!((url.username(), url.password(), url.query(), url.fragment()), ("", None, None, None));
            prop_assert_eq!(url.scheme() == "https", base.is_https());
        }
    }

    /// All programs read the name of the server the same way.
    #[test]
    fn the_host_of_a_base_url_is_the_one_that_is_called(
        scheme in prop::sample::select(vec!["http", "https", "HTTPS"]),
        authority in authority(),
    ) {
        let Ok(base) = format!("{scheme}://{authority}/qelos").parse::<BaseUrl>() else { return Ok(()) };
        let Ok(url) = Url::parse(base.as_str()) else {
            prop_assert!(base.as_str().contains("xn--"), "{} is refused later", base);
            return Ok(());
        };
        prop_assert_eq!(format!("{}/qelos", url.origin().ascii_serialization()), base.origin());
    }

    /// The transport knows which `xn--` labels encode a name.
    #[test]
    fn a_host_that_cannot_be_called_is_refused_when_the_client_is_built(authority in authority()) {
        thread_local!(static TRANSPORT: ReqwestTransport = ReqwestTransport::new().unwrap());
        let base = format!("https://{authority}");
        let client = Client::builder(&base).transport(TRANSPORT.with(Clone::clone)).build();
        let can_be_called = base.parse::<BaseUrl>().is_ok_and(|base| Url::parse(base.as_str()).is_ok());
        prop_assert_eq!(client.is_ok(), can_be_called, "{:?}", client.err());
    }
}
