//! What proofs write on requests, with the published vectors of AWS Signature Version 4.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderValue;
use http::header::{CONTENT_TYPE, COOKIE};
use sha2::{Digest, Sha256};

use super::*;
use crate::testing::ManualClock;

fn applied(proof: &Proof, request: &mut Request<()>) -> Vec<String> {
    let clock = ManualClock::new("2015-08-30T12:36:00Z".parse().unwrap());
    let secrets = proof.apply(request, Some(&Bytes::new()), &clock).unwrap();
    secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect()
}

fn request(uri: &str) -> Request<()> {
    Request::get(uri).header(COOKIE, "stale=1").body(()).unwrap()
}

#[test]
fn each_part_is_written_once_and_every_other_credential_is_removed() {
    let tenant = CredentialHeader::new("x-tenant".parse().unwrap(), "acme").unwrap();
    let key = Proof::query("key", "a&b".into());
    let proof = Proof::bearer(&"t-1".into()).unwrap().and(tenant).and(key);
    let mut request = request("https://acme.example/v1/items?page=1");
    let secrets = applied(&proof, &mut request);
    assert_eq!(request.uri(), "https://acme.example/v1/items?page=1&key=a%26b");
    let headers: Vec<_> = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    assert_eq!(headers, [("authorization", &b"Bearer t-1"[..]), ("x-tenant", b"acme")]);
    assert!(request.headers().values().all(HeaderValue::is_sensitive));
    assert!(["t-1", "acme", "a&b"].iter().all(|secret| secrets.iter().any(|known| known == secret)), "they are masked");
    assert_eq!(format!("{proof:?}"), "[Header(authorization), Header(x-tenant), Query(key)]");
}

#[test]
fn the_first_parameter_of_a_query_begins_it() {
    let mut request = request("https://acme.example/v1");
    applied(&Proof::query("key", "k".into()), &mut request);
    assert_eq!(request.uri(), "https://acme.example/v1?key=k");
}

#[test]
fn basic_is_written_as_rfc_7617_has_it() {
    let proof = Proof::basic("Aladdin", &"open sesame".into()).unwrap();
    let mut request = request("https://acme.example/");
    let secrets = applied(&proof, &mut request);
    assert_eq!(request.headers()[AUTHORIZATION], "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert!(secrets.contains(&"open sesame".to_owned()), "a server may repeat the password as it is");
    assert!(!format!("{proof:?}").contains("sesame"));
}

#[test]
fn a_credential_that_headers_do_not_allow_is_an_error_without_its_value() {
    let signed = Proof::signed(|request| request.set_header("x-key", "hunter2\n"));
    let error =
        signed.apply(&mut request("https://acme.example/"), Some(&Bytes::new()), &ManualClock::new(Timestamp::EPOCH));
    let error = error.unwrap_err();
    assert!(error.is_config() && !format!("{error:?}").contains("hunter2"), "{error:?}");
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Signature Version 4 of AWS, for the region and the service of its published vectors.
fn signature_v4(id: &'static str, key: SecretString) -> Proof {
    const SCOPE: &str = "us-east-1/service/aws4_request";
    Proof::signed(move |request| {
        let time: String = request.now().to_string().chars().filter(|c| !"-:".contains(*c)).collect();
        let (date, time) = (time[..8].to_owned(), format!("{}Z", &time[..15]));
        let host = request.uri().host().unwrap_or_default();
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.map(|value| ("content-type", value));
        let headers: Vec<_> = content_type.into_iter().chain([("host", host), ("x-amz-date", &time)]).collect();
        let signed: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let (signed, headers) = (signed.join(";"), headers.concat());
        let (path, query) = request.target().split_once('?').unwrap_or((request.target(), ""));
        let mut query: Vec<_> = query.split('&').collect();
        query.sort_unstable();
        let body = hex(Sha256::digest(request.body()?));
        let canonical = format!("{}\n{path}\n{}\n{headers}\n{signed}\n{body}", request.method(), query.join("&"));
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{date}/{SCOPE}\n{}", hex(Sha256::digest(canonical)));
        let secret = format!("AWS4{}", key.expose_secret()).into_bytes();
        let key = [&*date, "us-east-1", "service", "aws4_request"].iter().fold(secret, |key, part| hmac(&key, part));
        let signature = hex(hmac(&key, &to_sign));
        request.set_header("x-amz-date", &time)?;
        let credential = format!("AWS4-HMAC-SHA256 Credential={id}/{date}/{SCOPE}");
        request.set_header("authorization", &format!("{credential}, SignedHeaders={signed}, Signature={signature}"))
    })
}

/// The vectors of "AWS Signature Version 4 test suite": `get-vanilla`, `get-vanilla-query-order-key-case`,
/// `post-vanilla` and `post-x-www-form-urlencoded`.
#[test]
fn a_signature_covers_method_path_query_headers_and_body() {
    const PREFIX: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
    let clock = ManualClock::new("2015-08-30T12:36:00Z".parse().unwrap());
    let proof = signature_v4("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into());
    for (method, target, form, signature) in [
        ("GET", "/", None, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (
            "GET",
            "/?Param2=value2&Param1=value1",
            None,
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        ("POST", "/", None, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ("POST", "/", Some("Param1=value1"), "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    ] {
        let mut request = Request::builder().method(method).uri(format!("https://example.amazonaws.com{target}"));
        let signed = match form {
            Some(_) => {
                request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                "content-type;host;x-amz-date"
            }
            None => "host;x-amz-date",
        };
        let mut request = request.body(()).unwrap();
        proof.apply(&mut request, Some(&Bytes::from_static(form.unwrap_or_default().as_bytes())), &clock).unwrap();
        let expected = format!("{PREFIX}, SignedHeaders={signed}, Signature={signature}");
        assert_eq!(request.headers()[AUTHORIZATION], expected, "{method} {target} {form:?}");
    }
}
