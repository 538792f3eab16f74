//! Headers and parameters that a client or a call adds to those of an endpoint.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::auth::{Public, SignedIn};
use qelos_client::testing::{FakeQelos, FakeTransport, Fault, Faults, ManualClock, NewUser, Refusal};
use qelos_client::{
    Anonymous, Builder, Client, Endpoint, Error, RequestSnapshot, SecretString, Transport, TransportError,
};

const SECRET: &str = "hunter2-and-more";

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things", auth = Public)]
struct Things {
    #[endpoint(header = "x-lang")]
    lang: Option<&'static str>,
    page: Option<u32>,
}

const ALL: Things = Things { lang: None, page: None };

/// A transport that keeps what it was sent as text, with secrets masked, and responds with success.
fn recorder() -> (impl Transport + Clone, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let sent = Arc::clone(&log);
    let transport = move |request: Request<Bytes>| {
        sent.lock().unwrap().push(RequestSnapshot::of_http(&request).to_string());
        async { Ok::<_, TransportError>(Response::new(Bytes::new())) }
    };
    (transport, log)
}

fn builder() -> Builder {
    Client::builder("https://acme.example")
}

/// A client over a transport that must not be used.
fn unsent() -> Client<Anonymous, impl Transport> {
    let nowhere = async |_: Request<Bytes>| -> Result<Response<Bytes>, TransportError> { panic!("it was sent") };
    builder().transport(nowhere).build().unwrap()
}

#[tokio::test]
async fn a_client_adds_its_headers_to_each_request() {
    let (transport, log) = recorder();
    let client =
        builder().transport(transport).header("X-Api-Version", "2026-01-01").api_token("ql_1").build().unwrap();
    client.call(&ALL).await.unwrap();
    client.call(&GetMe).await.unwrap_err();
    let sent = log.lock().unwrap().join("\n");
    assert_eq!(
        sent,
        "GET /api/things\naccept: application/json\nx-api-version: 2026-01-01\n\n\
         GET /api/me\naccept: application/json\nx-api-key: ***\nx-api-version: 2026-01-01\n"
    );
}

#[tokio::test]
async fn headers_of_a_client_are_not_sent_to_another_server() {
    let (transport, log) = recorder();
    let secret = SecretString::from(SECRET);
    let client = builder().transport(transport).header("x-tenant-key", secret).build().unwrap();
    let issuer = "https://login.acme.example".parse().unwrap();
    client.connection().at(&issuer).unwrap().call(&ALL).await.unwrap();
    client.connection().at(client.connection().base_url()).unwrap().call(&ALL).await.unwrap();
    let sent = log.lock().unwrap().join("\n");
    assert_eq!(
        sent,
        "GET /api/things\naccept: application/json\n\n\
         GET /api/things\naccept: application/json\nx-tenant-key: ***\n"
    );
}

#[tokio::test]
async fn sign_ins_and_renewals_have_the_headers_of_the_client() {
    let clock = ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap());
    let qelos = FakeQelos::new(clock.clone());
    qelos.add_user(NewUser::new("ada", "hunter2"));
    let client = builder().transport(qelos.clone()).clock(clock).header("x-tenant", "seven").build().unwrap();
    let (client, _) = client.oauth_sign_in(&OAuthSignIn::new("ada", SecretString::from("hunter2"))).await.unwrap();
    client.refresh_token().await.unwrap();
    client.logged_in_user().await.unwrap();
    let log = qelos.requests();
    assert!(log.len() >= 3, "{log:?}");
    assert!(log.iter().all(|request| request.as_str().contains("x-tenant: seven\n")), "{log:?}");
}

#[tokio::test]
async fn the_more_specific_header_is_sent() {
    let (transport, log) = recorder();
    let client = builder().transport(transport).header("x-lang", "en").header("x-tone", "dry").build().unwrap();
    client.call(&Things { lang: Some("de"), page: None }).await.unwrap();
    client.call(&ALL).header("x-lang", "fr".to_owned()).await.unwrap();
    client.call(&ALL).await.unwrap();
    let langs: Vec<_> =
        log.lock().unwrap().iter().map(|text| text.split_once("x-lang: ").unwrap().1[..2].to_owned()).collect();
    assert_eq!(langs, ["de", "fr", "en"]);
    assert!(log.lock().unwrap().iter().all(|text| text.matches("x-lang").count() == 1 && text.contains("x-tone: dry")));
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_what_the_call_adds() {
    let (transport, log) = recorder();
    let network = Faults::around(transport);
    network.of_all().next([Fault::lost_response(), Fault::lost_response()]);
    let client = builder().transport(network).build().unwrap();
    let call = client.call(&Things { lang: None, page: Some(2) });
    call.header("x-request-id", "7f3a").query("expand[]", "a b").query("expand[]", 7).await.unwrap();
    let sent = "GET /api/things?page=2&expand%5B%5D=a+b&expand%5B%5D=7\naccept: application/json\nx-request-id: 7f3a\n";
    assert_eq!(*log.lock().unwrap(), [sent, sent, sent]);
}

#[tokio::test]
async fn headers_of_other_parts_of_the_program_are_refused() {
    let groups = [
        ("it carries the credential", &["authorization", "Cookie", "set-cookie", "X-Api-Key"][..]),
        ("it is for the proxy", &["proxy-authorization", "proxy-connection"]),
        ("the endpoint declares", &["accept", "Content-Type"]),
        ("bodies as they are", &["accept-encoding", "content-encoding"]),
        (
            "it belongs to the connection",
            &[
                "connection",
                "content-length",
                "expect",
                "host",
                "http2-settings",
                "keep-alive",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
            ],
        ),
        ("letters, digits and `-`", &["", "x y", "x:y", "x\r\ny", ":path"]),
    ];
    for (why, names) in groups {
        for name in names {
            let of_client = builder().header(name, "hunter2").build().map(|_| ()).unwrap_err();
            let of_call = unsent().call(&ALL).header(name, "hunter2").await.unwrap_err();
            for error in [of_client, of_call] {
                let text = error.to_string();
                assert!(error.is_config() && text.contains(why) && !text.contains("hunter2"), "{name}: {text}");
                assert!(!text.contains('\n'), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_value_with_a_line_break_is_refused_and_not_repeated() {
    let error = unsent().call(&ALL).header("x-a", "hunter2\r\nx-evil: 1").await.unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("the header `x-a` cannot be set here") && text.contains("GET /api/things"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    assert!(builder().header("x-a", SecretString::from("a\nb")).build().unwrap_err().is_config());
}

#[tokio::test]
async fn what_the_endpoint_has_set_is_not_set_by_a_call() {
    let refused = async |call: qelos_client::Call<_, _, ()>| -> Error { call.await.unwrap_err() };
    let client = unsent();
    let both = Things { lang: Some("de"), page: Some(2) };
    let text = refused(client.call(&both).header("x-lang", "fr")).await.to_string();
    assert!(text.contains("the header `x-lang` cannot be set here: it has a value already"), "{text}");
    let text = refused(client.call(&both).query("page", 3)).await.to_string();
    assert!(text.contains("the query parameter `page` cannot be set here: the endpoint has set it already"), "{text}");
    assert!(refused(client.call(&ALL).header("x-a", "1").header("X-A", "2")).await.is_config());
    assert!(builder().header("x-a", "1").header("X-A", "2").build().unwrap_err().is_config());
}

#[tokio::test]
async fn secret_headers_are_masked_and_not_sent_over_plain_http() {
    let mut sensitive = HeaderValue::from_static(SECRET);
    sensitive.set_sensitive(true);
    let echo = async |request: Request<Bytes>| {
        assert_eq!(request.headers()["x-key"], SECRET);
        let shown = RequestSnapshot::of_http(&request).to_string();
        assert!(shown.contains("x-key: ***"), "{shown}");
        let response = Response::builder().status(400).header("content-type", "text/plain");
        Ok::<_, TransportError>(response.body(format!("bad key {SECRET}").into()).unwrap())
    };
    let of_client = || builder().header("x-key", SecretString::from(SECRET));
    assert!(!format!("{:?}", of_client()).contains(SECRET));
    let client = of_client().transport(echo).build().unwrap();
    assert!(!format!("{client:?}").contains(SECRET));
    let plain = builder().transport(echo).build().unwrap();
    for call in [
        client.call(&ALL),
        plain.call(&ALL).header("x-key", SecretString::from(SECRET)),
        plain.call(&ALL).header("x-key", sensitive),
    ] {
        let error = call.await.unwrap_err();
        let text = format!("{error} {error:?} {:?}", error.api());
        assert!(text.contains("bad key ***") && !text.contains(SECRET), "{text}");
    }

    let open = Client::builder("http://acme.example").transport(echo).header("x-key", SecretString::from(SECRET));
    let error = open.build().unwrap().call(&ALL).await.unwrap_err();
    assert!(error.to_string().contains("unencrypted"), "{error}");
    let open = Client::builder("http://acme.example").transport(echo).build().unwrap();
    let error = open.call(&ALL).header("x-key", SecretString::from(SECRET)).await.unwrap_err();
    assert!(error.to_string().contains("unencrypted"), "{error}");
}

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/things", auth = SignedIn)]
struct Create {}

#[tokio::test]
async fn a_double_compares_what_a_call_adds() {
    let server = FakeTransport::new();
    let client = builder().transport(server.clone()).api_token("ql_1").build().unwrap();
    server.expect(&Create {}).header("x-a", "1").query("b", 2).refuse(Refusal::new(StatusCode::CONFLICT, "seen"));
    let error = client.call(&Create {}).header("x-a", "1").query("b", 2).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::CONFLICT));

    server.expect(&Create {}).header("x-a", "1").refuse(Refusal::new(StatusCode::CONFLICT, "seen"));
    client.call(&Create {}).header("x-a", "2").await.unwrap_err();
    assert!(complaint(server, client).contains("- x-a: 1\n+ x-a: 2\n"));
}

#[tokio::test]
async fn a_double_compares_headers_of_the_client_where_they_are_expected() {
    let server = FakeTransport::new();
    let client =
        builder().transport(server.clone()).header("x-api-version", "2026-01-01").api_token("ql_1").build().unwrap();
    let seen = || Refusal::new(StatusCode::CONFLICT, "seen");
    server.expect(&Create {}).refuse(seen());
    server.expect(&Create {}).header("x-api-version", "2026-01-01").refuse(seen());
    for _ in 0..2 {
        assert_eq!(client.call(&Create {}).await.unwrap_err().status(), Some(StatusCode::CONFLICT));
    }
    server.expect(&Create {}).header("x-api-version", "2027-01-01").refuse(seen());
    client.call(&Create {}).await.unwrap_err();
    server.expect(&Create {}).query("a", 1).refuse(seen());
    client.call(&Create {}).await.unwrap_err();
    let complaint = complaint(server, client);
    assert!(complaint.contains("- x-api-version: 2027-01-01\n+ x-api-version: 2026-01-01\n"), "{complaint}");
    assert!(
        complaint.ends_with("- POST /api/things?a=1\n+ POST /api/things\n  accept: application/json\n"),
        "{complaint}"
    );
}

fn complaint(server: FakeTransport, client: impl Sized) -> String {
    drop(client);
    let panic = catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err();
    *panic.downcast::<String>().unwrap()
}
