//! Secrets that only a value knows: nested, flattened, in lists, under odd names, repeated by a server. They are masked where a
//! request is shown, and not sent over plain http.
//!
//! Not in `secrets`: what is traced there would depend on which test comes first.

use std::collections::BTreeMap;
use std::fmt::Debug;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_client::api::GetMe;
use qelos_client::auth::{Public, SatisfiedBy, SignedIn};
use qelos_client::secret::on_the_wire;
use qelos_client::testing::{FakeQelos, FakeTransport, ManualClock, Refusal};
use qelos_client::transport::ReqwestTransport;
use qelos_client::{
    Anonymous, Client, DecodeRequest, EncodeResponse, Endpoint, RequestSnapshot, SecretString, Transport,
    TransportError, wire,
};
use serde::{Deserialize, Serialize};

/// In two pieces, so that a half of it that shows is found.
const PLANTED: &str = "pl4nted/\"secret\" ä";

fn shows_it(text: &str) -> bool {
    text.contains("pl4nted") || text.contains("secret\"") || text.contains("secret\\")
}

/// A value of the user with a secret in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Login {
    name: String,
    #[serde(serialize_with = "on_the_wire")]
    password: SecretString,
    #[serde(serialize_with = "on_the_wire", skip_serializing_if = "Option::is_none", default)]
    code: Option<SecretString>,
}

fn login() -> Login {
    Login { name: "ada".to_owned(), password: PLANTED.into(), code: Some("123".into()) }
}

fn tokens() -> wire::Tokens {
    wire::Tokens::new(PLANTED.into(), PLANTED.into())
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Proof {
    Login(Login),
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/nested", auth = Public)]
struct Nested {
    public: String,
    tokens: wire::Tokens,
    proof: Option<Proof>,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/flattened", auth = Public)]
struct Flattened {
    public: String,
    #[serde(flatten)]
    login: Login,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/whole", auth = Public)]
struct Whole {
    #[endpoint(body)]
    proof: Proof,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/listed", auth = Public)]
struct Listed {
    logins: Vec<Login>,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/mapped", auth = Public)]
struct Mapped {
    logins: BTreeMap<String, Login>,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/form", auth = Public)]
struct Form {
    #[endpoint(form)]
    public: String,
    #[endpoint(form)]
    #[serde(flatten)]
    login: Login,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/queried", auth = Public)]
struct Queried {
    #[endpoint(query, rename = "auth[token]", secret_in_url)]
    brackets: SecretString,
    #[endpoint(query, rename = "my token", secret_in_url)]
    blank: SecretString,
    #[endpoint(query, rename = "schlüssel", secret_in_url)]
    umlaut: SecretString,
    #[serde(flatten)]
    login: Login,
}

/// Takes a secret in each place that may hold one.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/vault", auth = SignedIn)]
struct Vault {
    #[endpoint(header = "x-otp", secret)]
    otp: SecretString,
    #[endpoint(secret)]
    pin: SecretString,
}

/// Shows a request wherever one is shown, and sends it to whom it may not be sent.
async fn is_kept<E: EncodeResponse<Response = ()> + Debug + Sync + 'static>(endpoint: E)
where
    E::Auth: SatisfiedBy<Anonymous>,
{
    let name = E::NAME;
    let request = endpoint.encode().unwrap();
    assert!(request.holds_secrets(), "{name}");
    let snapshot = RequestSnapshot::of(&endpoint).unwrap().to_string();
    assert!(!shows_it(&snapshot) && !snapshot.contains("123"), "{snapshot}");
    assert!(snapshot.contains("***"), "{snapshot}");

    // In process the request brings its secrets along; over the network its endpoint is decoded to find them.
    let qelos = FakeQelos::new(ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap()));
    qelos.mount::<E>(|_, _| Ok(()));
    let server = qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    Client::builder("https://acme.example").transport(qelos.clone()).build().unwrap().call(&endpoint).await.unwrap();
    Client::builder(server.base_url().as_str()).build().unwrap().call(&endpoint).await.unwrap();
    let log = qelos.requests();
    assert_eq!(log.len(), 2, "{name}");
    for text in log {
        // The port of the server may have any digits.
        let text = text.to_string();
        let text: String = text.lines().filter(|line| !line.starts_with("host: ")).collect();
        assert!(!shows_it(&text) && !text.contains("123") && text.contains("***"), "{text}");
    }

    let double = FakeTransport::new();
    double.expect(&GetMe).refuse(Refusal::new(StatusCode::FORBIDDEN, "not this"));
    let complaint = {
        let client = Client::builder("https://acme.example").transport(double).build().unwrap();
        let error = client.call(&endpoint).await.unwrap_err();
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || drop(client))).unwrap_err();
        format!("{error} {error:?} {}", panic.downcast::<String>().unwrap())
    };
    assert!(!shows_it(&complaint) && complaint.contains("***"), "{complaint}");

    let nowhere = async |_: Request<Bytes>| -> Result<Response<Bytes>, TransportError> { panic!("it was sent") };
    let plain = Client::builder("http://acme.example").transport(nowhere).build().unwrap();
    let error = plain.call(&endpoint).await.unwrap_err().to_string();
    assert!(error.contains("unencrypted") && !shows_it(&error), "{name}: {error}");
    echoes(&endpoint).await;
}

/// Errors of a server that repeats what it was sent, in each form in which it may do so.
async fn echoes<E: Endpoint<Response = ()> + Sync>(endpoint: &E)
where
    E::Auth: SatisfiedBy<Anonymous>,
{
    let echo = async |request: Request<Bytes>| {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let said = format!("{PLANTED} / {} / {body}", request.uri());
        let text = serde_json::json!({
            "message": format!("bad input: {said}"),
            "code": PLANTED,
            "errors": { "a": { "message": said, "code": said }, PLANTED: "odd" },
        });
        let response = Response::builder().status(400).header("content-type", "application/json");
        Ok::<_, TransportError>(response.body(text.to_string().into()).unwrap())
    };
    let client = Client::builder("https://acme.example").transport(echo).build().unwrap();
    let error = client.call(endpoint).await.unwrap_err();
    let text = format!("{error} {error:?} {:?}", error.api().unwrap());
    assert!(!shows_it(&text) && text.contains("bad input: ***"), "{text}");
}

#[tokio::test]
async fn a_secret_inside_of_a_value_is_masked_and_not_sent_over_plain_http() {
    let proof = || Proof::Login(login());
    is_kept(Nested { public: "seen".to_owned(), tokens: tokens(), proof: Some(proof()) }).await;
    is_kept(Flattened { public: "seen".to_owned(), login: login() }).await;
    is_kept(Whole { proof: proof() }).await;
    is_kept(Listed { logins: vec![login(), login()] }).await;
    is_kept(Mapped { logins: BTreeMap::from([("ada".to_owned(), login())]) }).await;
    is_kept(Form { public: "seen".to_owned(), login: login() }).await;
    let secret = || PLANTED.into();
    is_kept(Queried { brackets: secret(), blank: secret(), umlaut: secret(), login: login() }).await;
}

#[tokio::test]
async fn a_credential_that_a_server_repeats_is_masked() {
    let token = "ql_0123456789";
    let echo = async |request: Request<Bytes>| {
        let key = request.headers()["x-api-key"].to_str().unwrap();
        let page = format!("the key {key} is not known");
        let response = Response::builder().status(401).header("content-type", "text/plain");
        Ok::<_, TransportError>(response.body(page.into()).unwrap())
    };
    let client = Client::builder("https://acme.example").transport(echo).api_token(token).build().unwrap();
    let error = client.call(&GetMe).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("the key *** is not known") && !text.contains(token), "{text}");
}

/// Reports what is wrong with a status of 200, and takes a secret that may be absent.
#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/reports", auth = SignedIn, errors_with_200)]
struct Report {
    #[endpoint(secret)]
    pin: Option<SecretString>,
}

#[tokio::test]
async fn a_credential_that_is_repeated_with_200_is_masked() {
    let echo = async |_: Request<Bytes>| {
        let body = r#"{"errors":{"general":"the key ql_0123456789 is not known"}}"#;
        Ok::<_, TransportError>(Response::new(Bytes::from(body)))
    };
    let client = Client::builder("https://acme.example").transport(echo).api_token("ql_0123456789").build().unwrap();
    let error = client.call(&Report { pin: None }).await.unwrap_err().to_string();
    assert!(error.contains("the key *** is not known"), "{error}");
}

#[test]
fn an_absent_secret_is_none() {
    assert!(!Report { pin: None }.encode().unwrap().holds_secrets());
    assert!(Report { pin: Some("1".into()) }.encode().unwrap().holds_secrets());
}

#[tokio::test]
async fn a_malformed_request_for_a_mounted_endpoint_is_logged_without_values() {
    let qelos = FakeQelos::new(ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap()));
    qelos.mount::<Vault>(|_, _| Err(Refusal::new(StatusCode::CONFLICT, "the vault is shut")));
    let server = qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("{}/api/vault?pin=one-time-1&one-time-4", server.base_url().as_str().trim_end_matches('/'));
    let request = Request::post(url).header("x-otp", "one-time-2").body(Bytes::from(r#"{"pin":["one-time-3"]}"#));
    ReqwestTransport::new().unwrap().send(request.unwrap().map(qelos_client::Body::from)).await.unwrap();
    let [log] = &qelos.requests()[..] else { panic!("one request") };
    assert!(log.as_str().contains("POST /api/vault?pin=***") && log.as_str().contains("x-otp: ***"), "{log}");
    assert!(!log.as_str().contains("one-time"), "{log}");
}
