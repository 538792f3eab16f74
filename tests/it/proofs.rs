//! Credentials that see the request: what is sent with each attempt, and what is never shown.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use qelos_client::auth::{CredentialHeader, Proof, SignedIn, Signing, StaticCredential};
use qelos_client::oauth2::OAuth2Tokens;
use qelos_client::session::{Life, RenewalFailed, Satisfies, SessionScheme, TokenSession};
use qelos_client::testing::{Fault, Faults, ManualClock};
use qelos_client::{
    Client, Connection, Endpoint, Error, ExposeSecret as _, RequestSnapshot, Transport, TransportError, Upload,
};
use sha2::{Digest as _, Sha256};

use crate::chunks::Chunks;

#[derive(Endpoint)]
#[endpoint(POST, "/v1/items", response = (), auth = SignedIn, idempotent)]
struct Add {
    #[endpoint(query)]
    dry: bool,
    name: &'static str,
}

const ADD: Add = Add { dry: true, name: "lamp" };

/// The requests that a server has seen.
type Seen = Arc<Mutex<Vec<Request<Bytes>>>>;

/// A server that keeps each request, and responds with this status. Its message repeats the URL and the headers.
fn server(status: u16) -> (impl Transport, Seen) {
    let seen = Seen::default();
    let keeps = Arc::clone(&seen);
    let transport = move |request: Request<Bytes>| {
        let text: Vec<_> = request.headers().values().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let body = serde_json::json!({ "message": format!("{} {}", request.uri(), text.join(" ")) });
        let response = Response::builder().status(status).header("content-type", "application/json");
        let body = if status == 200 { "null".to_owned() } else { body.to_string() };
        keeps.lock().unwrap().push(request);
        async move { Ok::<_, TransportError>(response.body(Bytes::from(body)).unwrap()) }
    };
    (transport, seen)
}

fn client<T: Transport>(url: &str, transport: T, proof: Proof) -> Client<StaticCredential, T> {
    Client::builder(url).transport(transport).proof(proof).build().unwrap()
}

fn header<'r>(request: &'r Request<Bytes>, name: &str) -> &'r str {
    request.headers()[name].to_str().unwrap()
}

/// Signs method, target and body, with a number that is used once.
fn sign(request: &mut Signing, nonce: &AtomicUsize, key: &str) -> Result<(), Error> {
    let nonce = nonce.fetch_add(1, Ordering::SeqCst);
    let signature = signature(key, nonce, request.method().as_str(), request.target(), request.body()?);
    request.set_header("x-nonce", &nonce.to_string())?;
    request.set_header("x-signature", &signature)
}

fn signature(key: &str, nonce: usize, method: &str, target: &str, body: &[u8]) -> String {
    let digest = Sha256::new().chain_update(format!("{key} {nonce} {method} {target} ")).chain_update(body).finalize();
    STANDARD.encode(digest)
}

#[tokio::test]
async fn a_static_token_is_sent_as_it_was_copied_and_is_never_renewed() {
    let (transport, seen) = server(401);
    let client = Client::builder("https://acme.example").transport(transport).bearer_token(" t-1\n").build().unwrap();
    let error = client.call(&ADD).await.unwrap_err();
    assert!(error.is_unauthorized() && !format!("{client:?} {error:?} {error}").contains("t-1"), "{error}");
    let seen = seen.lock().unwrap();
    assert_eq!((seen.len(), header(&seen[0], "authorization")), (1, "Bearer t-1"));
}

#[test]
fn a_token_that_was_copied_with_its_scheme_is_refused() {
    let refused = |token: &str| {
        let client = Client::builder("https://acme.example").transport(server(200).0).bearer_token(token).build();
        client.unwrap_err().to_string()
    };
    assert_eq!(refused("Bearer t-1"), "the bearer token contains a blank: copy the token alone, without `Bearer`");
    assert_eq!(refused("\n"), "the bearer token is empty");
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_signed_anew_over_what_is_sent() {
    let (transport, seen) = server(200);
    let network = Faults::around(transport);
    network.of_all().next([Fault::lost_response(), Fault::lost_response()]);
    let nonce = AtomicUsize::new(0);
    let client =
        client("https://acme.example/base", network, Proof::signed(move |request| sign(request, &nonce, "key")));
    client.call(&ADD).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    for (nonce, request) in seen.iter().enumerate() {
        assert_eq!(request.body(), r#"{"name":"lamp"}"#);
        assert_eq!(header(request, "x-nonce"), nonce.to_string());
        let expected = signature("key", nonce, "POST", "/base/v1/items?dry=true", request.body());
        assert_eq!(header(request, "x-signature"), expected);
    }
}

#[tokio::test]
async fn what_a_proof_has_written_is_masked_where_a_transport_shows_the_request() {
    let (transport, seen) = server(200);
    let proof = Proof::query("key", "k-7654".into()).and(Proof::basic("ada", &"hunter2".into()).unwrap());
    client("https://acme.example", transport, proof).call(&ADD).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0].uri().query(), Some("dry=true&key=k-7654"));
    let shown = RequestSnapshot::of_http(&seen[0]).to_string();
    assert!(shown.starts_with("POST /v1/items?dry=true&key=***\n"), "{shown}");
    assert!(shown.contains("authorization: ***\n"), "{shown}");
}

#[tokio::test]
async fn what_a_proof_has_written_is_masked_where_the_server_repeats_it() {
    let basic = Proof::basic("ada", &"hunter2".into()).unwrap();
    let several = basic.and(CredentialHeader::new("x-tenant".parse().unwrap(), "tenant-9").unwrap());
    let several = several.and(Proof::query("key", "k-7654".into()));
    let several = several.and(Proof::signed(|request| request.set_header("x-signature", "signature-1")));
    let (transport, seen) = server(403);
    let error = client("https://acme.example", transport, several).call(&ADD).await.unwrap_err();
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0].uri(), "https://acme.example/v1/items?dry=true&key=k-7654");
    assert_eq!(header(&seen[0], "authorization"), "Basic YWRhOmh1bnRlcjI=");
    let text = format!("{error:?} {error:#}");
    assert!(text.contains("***"), "{text}");
    for secret in ["hunter2", "YWRhOmh1bnRlcjI=", "tenant-9", "k-7654", "signature-1"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

#[tokio::test]
async fn no_proof_is_sent_over_plain_http() {
    for proof in [Proof::query("key", "k".into()), Proof::signed(|_| Ok(())), Proof::basic("ada", &"p".into()).unwrap()]
    {
        let (transport, seen) = server(200);
        assert!(client("http://acme.example", transport, proof).call(&ADD).await.unwrap_err().is_plaintext());
        assert!(seen.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_signed_is_not_sent() {
    let (transport, seen) = server(200);
    let unsigned = Proof::signed(|_| Err(Error::credential("the key is on a card that is not plugged in")));
    let error = client("https://acme.example", transport, unsigned).call(&ADD).await.unwrap_err();
    assert!(error.to_string().starts_with("POST /v1/items: the key is on a card"), "{error}");
    assert!(error.is_config() && !error.is_transient() && seen.lock().unwrap().is_empty());
}

#[derive(Endpoint)]
#[endpoint(PUT, "/v1/pictures", response = (), auth = SignedIn)]
struct Draw {
    #[endpoint(raw = "image/png")]
    picture: Upload,
}

#[derive(Endpoint)]
#[endpoint(POST, "/v1/pictures", response = (), auth = SignedIn)]
struct Hang {
    #[endpoint(part)]
    title: &'static str,
}

#[tokio::test]
async fn a_form_is_signed_with_the_boundary_that_is_sent() {
    let (transport, seen) = server(200);
    let signed = Proof::signed(|request| sign(request, &AtomicUsize::new(0), "key"));
    client("https://acme.example", transport, signed).call(&Hang { title: "lamp" }).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen[0].body().starts_with(b"--"), "{:?}", seen[0].body());
    assert_eq!(header(&seen[0], "x-signature"), signature("key", 0, "POST", "/v1/pictures", seen[0].body()));
}

#[tokio::test]
async fn a_stream_is_not_signed_as_if_it_were_empty() {
    let picture = || Chunks::of(&Bytes::from_static(b"png"), 1);
    let draw = Draw { picture: Upload::from_fn(picture) };
    let (transport, seen) = server(200);
    let signed = Proof::signed(|request| sign(request, &AtomicUsize::new(0), "key"));
    let error = client("https://acme.example", transport, signed).call(&draw).await.unwrap_err();
    assert!(error.to_string().contains("is a stream: it cannot be signed"), "{error}");
    assert!(error.is_config() && seen.lock().unwrap().is_empty());
    let (transport, seen) = server(200);
    let target_only = Proof::signed(|request| {
        let target = request.target().to_owned();
        request.set_header("x-signed", &target)
    });
    client("https://acme.example", transport, target_only).call(&draw).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!((&seen[0].body()[..], header(&seen[0], "x-signed")), (&b"png"[..], "/v1/pictures"));
}

/// A scheme whose access token is a key: requests are signed with it.
#[derive(Clone)]
struct Keys;

impl Satisfies<SignedIn> for Keys {}

impl SessionScheme for Keys {
    const NAME: &'static str = "keys";
    type Tokens = OAuth2Tokens;

    async fn renew<T: Transport>(&self, _: &OAuth2Tokens, _: &Connection<T>) -> Result<OAuth2Tokens, RenewalFailed> {
        Ok(keys("key-2"))
    }

    fn proof(&self, held: &OAuth2Tokens) -> Result<Proof, Error> {
        let (key, nonce) = (held.access_token.clone(), AtomicUsize::new(0));
        Ok(Proof::signed(move |request| sign(request, &nonce, key.expose_secret())))
    }

    fn life(&self, _: &OAuth2Tokens) -> Life {
        Life::lasting(Duration::from_hours(1))
    }
}

fn keys(access: &str) -> OAuth2Tokens {
    serde_json::from_value(serde_json::json!({ "access_token": access, "refresh_token": "r" })).unwrap()
}

#[tokio::test]
async fn a_session_signs_with_its_newest_key() {
    let (transport, seen) = server(200);
    let clock = ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap());
    let anonymous = Client::builder("https://acme.example").transport(transport).clock(clock.clone()).build().unwrap();
    let session = TokenSession::issued(Keys, keys("key-1"), anonymous.connection().now()).unwrap();
    let client = anonymous.with_credential(session);
    for _ in 0..2 {
        client.call(&ADD).await.unwrap();
    }
    clock.advance(Duration::from_hours(1));
    client.call(&ADD).await.unwrap();
    let seen = seen.lock().unwrap();
    let signed = |number: usize| header(&seen[number], "x-signature");
    for (number, (key, nonce)) in [("key-1", 0), ("key-1", 1), ("key-2", 0)].into_iter().enumerate() {
        let expected = signature(key, nonce, "POST", "/v1/items?dry=true", seen[number].body());
        assert_eq!(signed(number), expected, "request {number}");
    }
}
