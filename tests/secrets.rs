//! Secrets are planted everywhere a user can put one, everything a user can print is printed, and none of them shows.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use qelos_client::api::{CreateApiToken, GetMe, OAuthSignIn, RefreshTokens, SignIn};
use qelos_client::auth::{CredentialHeader, Presented, Public, SignedIn};
use qelos_client::secret::on_the_wire;
use qelos_client::store::{FileTokenStore, TokenStore as _};
use qelos_client::stream::{Marker, StreamRules};
use qelos_client::testing::{FakeQelos, Fault, Faults, ManualClock, NewUser, Refusal};
use qelos_client::transport::reqwest::Proxy;
use qelos_client::transport::{HyperTransport, ReqwestTransport};
use qelos_client::{
    Client, Credential, DecodeRequest, Endpoint, Events, ExposeSecret, RequestSnapshot, ResponseSnapshot, Retries,
    SecretString, TransportError, mcp_request_of_login,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tracing_subscriber::fmt::format::FmtSpan;

/// Everything that was printed, and every secret that was planted.
#[derive(Clone, Default)]
struct Seen {
    printed: Arc<Mutex<Vec<u8>>>,
    secrets: Arc<Mutex<Vec<String>>>,
}

impl Seen {
    fn debug(&self, value: &impl Debug) {
        writeln!(self.printed.lock().unwrap(), "{value:?} {value:#?}").unwrap();
    }

    fn error(&self, error: &(impl Debug + Display)) {
        self.debug(error);
        writeln!(self.printed.lock().unwrap(), "{error} {error:#}").unwrap();
    }

    /// With all its causes, as reports of errors show them.
    fn failure(&self, error: &(dyn StdError + 'static)) {
        let mut cause = Some(error);
        while let Some(error) = cause {
            writeln!(self.printed.lock().unwrap(), "{error} {error:?} {error:#?}").unwrap();
            cause = error.source();
        }
    }

    fn plant(&self, secret: &SecretString) {
        self.secrets.lock().unwrap().push(secret.expose_secret().to_owned());
    }

    fn check(&self) {
        let printed = String::from_utf8_lossy(&self.printed.lock().unwrap()).into_owned();
        let secrets = self.secrets.lock().unwrap();
        assert!(secrets.len() >= 9, "{} secrets were planted", secrets.len());
        assert!(printed.len() > 5_000, "a good deal was printed: {} bytes", printed.len());
        for secret in secrets.iter() {
            // A part of one would do harm as well.
            for part in [secret.as_str(), &secret[..secret.len() / 2], &secret[secret.len() / 2..]] {
                let at = printed.find(part);
                assert!(at.is_none(), "a secret shows: {}", &printed[at.unwrap().saturating_sub(300)..][..320]);
            }
        }
    }
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.printed.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes a secret in each place that may hold one.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/vault", response = String, auth = SignedIn)]
struct Vault {
    #[endpoint(header = "x-otp", secret)]
    otp: SecretString,
    #[endpoint(secret)]
    pin: SecretString,
}

/// Responds with a secret where another type was declared.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/odd", response = String, auth = SignedIn)]
struct Odd;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/odd", response = Vec<u32>, auth = SignedIn)]
struct OddAsNumbers;

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/vault", auth = Public)]
struct BadSecret {
    #[endpoint(header = "x-otp", secret)]
    otp: SecretString,
}

const STREAM: StreamRules =
    StreamRules::new().ends_with(Marker::Data("[DONE]")).fails_with(Marker::Field("type", "error")).resumable();

/// A stream whose events and refusals repeat the secret of the request.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/stream", response = Events<u32>, stream = STREAM, auth = SignedIn)]
struct Watch {
    #[endpoint(header = "x-otp", secret)]
    otp: SecretString,
    #[endpoint(header = "last-event-id")]
    behind: Option<String>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Key {
    #[serde(serialize_with = "on_the_wire")]
    text: SecretString,
    hint: String,
}

/// Responds with a secret.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/keys", response = Key, error = Key, auth = SignedIn)]
struct CreateKey;

fn planted(seen: &Seen, text: &str) -> SecretString {
    let secret = SecretString::from(text);
    seen.plant(&secret);
    secret
}

#[tokio::test]
async fn nothing_secret_is_ever_printed() {
    let seen = Seen::default();
    let writer = seen.clone();
    // What hyper, reqwest and rustls say on the way: records of `log` become traces.
    tracing_log::LogTracer::init().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tell_the_story(&seen).await;
    tell_over_http_2(&seen).await;
    let printed = String::from_utf8_lossy(&seen.printed.lock().unwrap()).into_owned();
    let is_a_call_of_ada = |line: &str| {
        line.contains("qelos.call{")
            && line.contains("url.template=\"/api/me\"")
            && line.contains("credential=\"oauth\"")
    };
    assert!(printed.lines().any(is_a_call_of_ada), "traces were seen");
    for target in ["hyper_util::client", "reqwest::connect", "rustls::", "h2::"] {
        assert!(printed.contains(target), "{target} is heard");
    }
    assert!(!printed.contains("6b01d2eb627f2972a3746020"), "a trace has the template, not the path");
    seen.check();
}

async fn tell_the_story(seen: &Seen) {
    let clock = ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap());
    let qelos = FakeQelos::new(clock.clone());
    let password = planted(seen, "the-password-of-ada");
    qelos.add_user(NewUser::new("ada", password.clone()));
    let odd_answer = planted(seen, "ql_0ddanswer0ddanswer");
    let odd = odd_answer.expose_secret().to_owned();
    qelos.mount::<Odd>(move |_, _| Ok(odd.clone()));
    qelos.mount::<Vault>(|_, _| Err(Refusal::new(StatusCode::CONFLICT, "the vault is shut")));
    let server = qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let builder = Client::builder(server.base_url().as_str()).clock(clock.clone());
    seen.debug(&builder);
    // Reqwest can log every byte it sends, if it is let.
    let transport = ReqwestTransport::builder().configure(|client| client.connection_verbose(true));
    seen.debug(&transport);
    let anonymous = builder.transport(transport.build().unwrap()).build().unwrap();

    let sign_in = OAuthSignIn::new("ada", password.clone());
    seen.debug(&sign_in);
    let (client, who) = anonymous.oauth_sign_in(&sign_in).await.unwrap();
    seen.debug(&(&client, who));
    let wrong = planted(seen, "not-the-password-of-ada");
    seen.failure(&anonymous.oauth_sign_in(&OAuthSignIn::new("ada", wrong)).await.unwrap_err());
    let (cookie, _) = anonymous.sign_in(&SignIn::new("ada", password)).await.unwrap();
    browser(seen, &anonymous, &cookie_of(seen, &qelos, &cookie).await).await;

    let expires_at = "2026-12-01T00:00:00Z".parse().unwrap();
    let wanted = CreateApiToken::new("ci", expires_at);
    let created = client.api_tokens().create(&wanted).await.unwrap();
    seen.plant(&created.token);
    seen.debug(&created);
    let token = anonymous.api_token_sign_in(created.token.clone()).await.unwrap();
    seen.debug(&token);
    client.api_tokens().delete(&created.api_token.id).await.unwrap();
    seen.failure(&token.0.logged_in_user().await.unwrap_err());

    let vault = Vault { otp: planted(seen, "one-time-123456"), pin: planted(seen, "pin-9876-5432") };
    show_request(seen, &vault);
    seen.failure(&client.call(&vault).await.unwrap_err());
    seen.failure(&client.call(&OddAsNumbers).await.unwrap_err());
    let bad = BadSecret { otp: planted(seen, "line\nbreak-in-a-header") };
    seen.failure(&bad.encode().unwrap_err());

    streams(seen, &qelos, &client).await;
    mcp(seen, &qelos, &client).await;

    let tokens = client.tokens().unwrap();
    seen.plant(&tokens.access);
    seen.plant(&tokens.refresh);
    seen.debug(&tokens);
    show_request(seen, &RefreshTokens::new(tokens.refresh));
    clock.advance(Duration::from_hours(6));
    client.call(&GetMe).await.unwrap();
    let tokens = client.tokens().unwrap();
    seen.plant(&tokens.access);
    seen.plant(&tokens.refresh);
    for request in qelos.requests() {
        seen.error(&request);
    }
    seen.debug(&qelos);
    comes_back(seen, &anonymous, &sign_in).await;
    keeps(seen, &client).await;
    breaks(seen, &anonymous.with_tokens(tokens)).await;
}

/// The other transport, with a server that speaks HTTP/2 and sends the secrets back.
async fn tell_over_http_2(seen: &Seen) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let mut config = config.with_single_cert(vec![cert.der().clone()], key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let stream = TlsAcceptor::from(Arc::new(config)).accept(listener.accept().await.unwrap().0).await.unwrap();
        let echo = service_fn(async |request: Request<Incoming>| {
            let (head, body) = request.into_parts();
            let mut response = Response::builder().status(409);
            *response.headers_mut().unwrap() = head.headers;
            Ok::<_, io::Error>(response.body(body).unwrap())
        });
        http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), echo).await
    });
    let proxy = planted(seen, "the-pass-for-another-proxy");
    let proxy = format!("http://ada:{}@127.0.0.1:1", proxy.expose_secret());
    let builder = HyperTransport::builder().root_certificates(cert.pem().as_bytes());
    let transport = HyperTransport::builder().proxy(&proxy);
    seen.debug(&(&builder, &transport));
    let (transport, proxied) = (builder.no_proxy().build().unwrap(), transport.build().unwrap());
    seen.debug(&(&transport, &proxied));
    let token = planted(seen, "ql_http2http2http2http2");
    let client = Client::builder(&url).api_token(token.expose_secret());
    let client = client.transport(transport).build().unwrap();
    let vault = Vault { otp: planted(seen, "one-time-654321"), pin: planted(seen, "pin-5432-9876") };
    let error = client.call(&vault).await.unwrap_err();
    assert_eq!(error.status().unwrap(), StatusCode::CONFLICT, "the server responded");
    seen.failure(&error);
    let error = client.call(&GetMe).await.unwrap_err();
    seen.failure(&error);
    let proxied = Client::builder("https://acme.example").api_token(token.expose_secret()).transport(proxied);
    seen.failure(&proxied.build().unwrap().call(&vault).await.unwrap_err());
}

/// What a cookie session writes on a request.
async fn cookie_of(
    seen: &Seen,
    qelos: &FakeQelos,
    client: &Client<qelos_client::CookieSession, ReqwestTransport>,
) -> CredentialHeader {
    let proof = client.credential().authorize(&connection_of(qelos)).await.unwrap().unwrap().proof;
    let header = proof.header().expect("a cookie is one header").clone();
    plant_header(seen, &header);
    seen.debug(&(client, &header));
    header
}

/// The session of a browser, with its other cookies: used, handed back, and refused.
async fn browser(
    seen: &Seen,
    application: &Client<qelos_client::Anonymous, ReqwestTransport>,
    session: &CredentialHeader,
) {
    let mut request = Request::new(());
    session.apply(&mut request);
    let other = planted(seen, "another-cookie-of-the-browser");
    let mut cookies = request.headers().clone();
    cookies.append("cookie", format!("theme={}", other.expose_secret()).parse().unwrap());
    let client = application.with_cookies_of(&cookies).unwrap().unwrap();
    client.logged_in_user().await.unwrap();
    seen.debug(&client);
    let bad = planted(seen, "spaces 1n a h4nter2 cookie");
    let bad = HeaderMap::from_iter([(http::header::COOKIE, format!("qlt_0={}", bad.expose_secret()).parse().unwrap())]);
    seen.failure(&application.with_cookies_of(&bad).unwrap_err());
    seen.failure(&application.with_cookie("session", other).unwrap_err());
    client.sign_out().await.unwrap();
    let lines = client.take_set_cookies();
    assert_eq!(lines.len(), 1);
    seen.debug(&(lines, client));
    let password = SecretString::from("the-password-of-ada");
    let (client, _) = application.sign_in(&SignIn::new("ada", password)).await.unwrap();
    let line = client.take_rewritten_cookie().unwrap();
    seen.plant(&line.to_str().unwrap().split([';', '=']).nth(1).unwrap().into());
    seen.debug(&(line, client));
}

/// A refresh token, such as a social login puts into the address of its callback: taken once, and refused.
async fn comes_back(seen: &Seen, client: &Client, sign_in: &OAuthSignIn) {
    let token = client.oauth_sign_in(sign_in).await.unwrap().0.tokens().unwrap().refresh;
    seen.plant(&token);
    seen.debug(&client.exchange_auth_callback(token.clone()).await.unwrap());
    seen.failure(&client.exchange_auth_callback(token).await.unwrap_err());
}

/// An MCP client that is let in, and one whose callback has tokens.
async fn mcp(seen: &Seen, qelos: &FakeQelos, client: &Client<qelos_client::OAuth, ReqwestTransport>) {
    qelos.set_mcp_callbacks(&["https://client.example/cb"]);
    let authorization = client.mcp_authorization("https://client.example/cb", None).unwrap();
    let asked = authorization.url().split_once('?').unwrap().1;
    let login = qelos.handle(Request::get(format!("/api/auth/mcp/authorize?{asked}")).body(Bytes::new()).unwrap());
    let asked = mcp_request_of_login(login.headers()["location"].to_str().unwrap()).unwrap().unwrap();
    let request = client.mcp_access_request(&asked).await.unwrap();
    let redirect = client.accept_mcp_access(&request).await.unwrap();
    let code = redirect.location.split(['=', '&']).nth(1).unwrap();
    seen.plant(&code.into());
    seen.debug(&(&authorization, request, &redirect));
    let authorized = client.finish_mcp_authorization(&authorization, &redirect.location).await.unwrap();
    seen.debug(&authorized);
    let token = planted(seen, "tokens-in-the-url-of-a-callback");
    let callback = format!("https://client.example/cb#access_token={}", token.expose_secret());
    seen.failure(&client.finish_mcp_authorization(&authorization, &callback).await.unwrap_err());
    seen.failure(&client.finish_mcp_authorization(&authorization, &redirect.location).await.unwrap_err());
}

/// A stream whose items cannot be read, which reports a failure, breaks off, and is refused when it is opened again: all
/// with secrets.
async fn streams(seen: &Seen, qelos: &FakeQelos, client: &Client<qelos_client::OAuth, ReqwestTransport>) {
    let key = planted(seen, "the-key-in-an-event").expose_secret().to_owned();
    qelos.mount_stream::<Watch>(move |watch, _, stream| {
        let otp = watch.otp.expose_secret();
        if watch.behind.is_some() {
            return Err(Refusal::new(StatusCode::GONE, format!("{otp} is spent")));
        }
        let stream = stream.retry(Duration::ZERO).id("1").event("", &7).event(&key, &format!("{key} {otp}"));
        let stream = stream.event("", &serde_json::json!({ "type": "error", "message": format!("{key} {otp}") }));
        Ok(stream.text_event("", &key).cut())
    });
    let watch = Watch { otp: planted(seen, "one-time-246810"), behind: None };
    let retries = Retries::at_most(1).waiting(Duration::from_millis(1), Duration::from_millis(1));
    let mut numbers = client.call(&watch).retries(retries).await.unwrap();
    assert_eq!(numbers.next().await.unwrap().unwrap(), 7);
    let (mut malformed, mut failures, mut refused) = (0, 0, 0);
    while let Some(number) = numbers.next().await {
        let error = number.unwrap_err();
        malformed += usize::from(error.is_malformed());
        failures += usize::from(error.failure().is_some());
        refused += usize::from(error.client_error().is_some());
        seen.failure(&error);
        seen.debug(&numbers);
    }
    assert_eq!((malformed, failures, refused, numbers.last_event_id()), (2, 1, 1, "1"));
    show_responses(seen);
}

/// What a server writes, and a response that repeats the secrets of its request.
fn show_responses(seen: &Seen) {
    let vault = Vault { otp: planted(seen, "one-time-135791"), pin: planted(seen, "pin-1357-9113") };
    let text = planted(seen, "the-text-of-a-new-key");
    let key = Key { hint: format!("it is {}", text.expose_secret()), text };
    seen.error(&ResponseSnapshot::of::<CreateKey>(&key).unwrap());
    seen.error(&ResponseSnapshot::of_refusal::<CreateKey>(&key).unwrap());
    let cookie = planted(seen, "the-cookie-of-a-response");
    let text = format!("{} or {}", vault.otp.expose_secret(), vault.pin.expose_secret());
    let response = Response::builder().header("set-cookie", cookie.expose_secret()).header("x-hint", &text);
    let mut response = response.body(Bytes::from(text)).unwrap();
    response.extensions_mut().insert(vault.encode().unwrap().secrets().clone());
    seen.error(&ResponseSnapshot::of_http(&response));
}

/// A session in a store, and what is said of one that cannot be read.
async fn keeps(seen: &Seen, client: &Client<qelos_client::OAuth, ReqwestTransport>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("session.json");
    let store = FileTokenStore::new(&path);
    client.keep_in(store.clone()).await.unwrap();
    seen.debug(&(&store, store.try_lock().await.unwrap(), store.load().await.unwrap()));
    seen.debug(&(client, client.token_changes()));
    let text = std::fs::read_to_string(&path).unwrap();
    let tokens = client.tokens().unwrap();
    assert!(text.contains(tokens.refresh.expose_secret()), "the store itself has the tokens");
    // Cut short, so that only an error can come of it.
    std::fs::write(&path, &text[..text.len() - 1]).unwrap();
    seen.error(&store.load().await.unwrap_err());
    seen.error(&client.restore(store.clone()).await.unwrap_err());
    seen.error(&client.refresh_token().await.unwrap_err());
    std::fs::remove_file(&path).unwrap();
}

/// The errors of a transport, with everything a client holds.
async fn breaks(seen: &Seen, client: &Client<qelos_client::OAuth, ReqwestTransport>) {
    let elsewhere =
        Client::builder("http://127.0.0.1:1/").build().unwrap().with_credential(client.credential().clone());
    seen.failure(&elsewhere.call(&GetMe).await.unwrap_err());
    // This one travels in the address.
    let callback = planted(seen, "refresh-token-of-a-callback");
    seen.failure(&elsewhere.exchange_auth_callback(callback).await.unwrap_err());
    let call = elsewhere.call(&GetMe);
    seen.debug(&call);
    let pass = planted(seen, "the-pass-for-the-proxy");
    seen.plant(&STANDARD.encode(format!("ada:{}", pass.expose_secret())).into());
    let through = format!("http://ada:{}@127.0.0.1:1/", pass.expose_secret());
    let gate = planted(seen, "key-of-the-gate-in-front");
    let headers = HeaderMap::from_iter([(HeaderName::from_static("x-gate"), gate.expose_secret().parse().unwrap())]);
    let transport = ReqwestTransport::builder()
        .configure(move |client| client.proxy(Proxy::all(&through).unwrap()).default_headers(headers.clone()));
    seen.debug(&transport);
    let transport = transport.build().unwrap();
    seen.debug(&transport);
    let proxied = Client::builder("https://acme.example").transport(transport).build().unwrap();
    seen.failure(&proxied.with_credential(client.credential().clone()).call(&GetMe).await.unwrap_err());
    // Not encrypted after all: TLS says what it finds there.
    let plain = FakeQelos::new(ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap()));
    let plain = plain.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let encrypted = Client::builder(&plain.base_url().as_str().replace("http:", "https:")).build().unwrap();
    seen.failure(&encrypted.with_credential(client.credential().clone()).call(&GetMe).await.unwrap_err());
    faults(seen, client).await;
    let redirect = async |_: Request<Bytes>| {
        let location = "https://evil.example/?session=the-password-of-ada";
        let response = Response::builder().status(302).header("location", location).body(Bytes::new());
        Ok::<_, TransportError>(response.unwrap())
    };
    let redirected = Client::builder("https://acme.example").transport(redirect).build().unwrap();
    seen.failure(&redirected.with_credential(client.credential().clone()).call(&GetMe).await.unwrap_err());
    let pasted = "https://ada:the-password-of-ada@acme.example";
    seen.failure(&Client::builder(pasted).build().unwrap_err());
}

/// Everything that can go wrong on a network, with everything a client holds.
async fn faults(seen: &Seen, client: &Client<qelos_client::OAuth, ReqwestTransport>) {
    let network = Faults::around(FakeQelos::new(ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap())));
    let garbage = Fault::garbage("the-password-of-ada").after(Duration::from_millis(1));
    let response = Response::builder().status(503).header("retry-after", "the-password-of-ada");
    let response = Fault::instead(response.body("the-password-of-ada".into()).unwrap());
    for fault in [garbage, response, Fault::cut_response(), Fault::lost_response(), Fault::refused()] {
        let builder = Client::builder("https://acme.example").transport(network.clone());
        network.of_all().always(fault.clone());
        seen.debug(&(&network, network.of_all(), &fault, &builder));
        let client = builder.build().unwrap().with_credential(client.credential().clone());
        seen.failure(&client.call(&GetMe).retries(Retries::at_most(1)).await.unwrap_err());
    }
}

fn show_request<E: Endpoint + Debug>(seen: &Seen, endpoint: &E) {
    seen.debug(endpoint);
    let request = endpoint.encode().unwrap();
    seen.debug(&request);
    seen.error(&RequestSnapshot::of(endpoint).unwrap());
    let request = request.into_http(&"https://acme.example".parse().unwrap()).unwrap();
    seen.error(&RequestSnapshot::of_http(&request));
    seen.debug(&request.headers());
}

fn connection_of(qelos: &FakeQelos) -> qelos_client::Connection<FakeQelos> {
    let client = Client::builder("https://qelos.test").transport(qelos.clone()).build().unwrap();
    client.connection().clone()
}

/// What the header writes on a request is what must not show.
fn plant_header(seen: &Seen, header: &CredentialHeader) {
    let mut request = Request::new(());
    header.apply(&mut request);
    let Some(Presented::Cookie(value)) = Presented::on(request.headers()) else { panic!("a cookie session") };
    seen.plant(&value.into());
    seen.debug(&Presented::on(request.headers()));
    seen.debug(&request);
}
