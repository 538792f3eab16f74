//! The texts of errors: for users of Qelos, for users of another API, and in a report.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode};
use qelos_spec::auth::{CredentialHeader, CredentialKind, Public, SatisfiedBy, SignedIn};
use qelos_spec::{Endpoint, api::GetMe};

use crate::auth::{ApiTokenAuth, Authorization, Credential};
use crate::connection::Connection;
use crate::error::{Error, Kind, Standing};
use crate::transport::{Transport, TransportError, TransportErrorKind};
use crate::{Client, Retries};

/// The token of another API, which its author has given the nearest kind of Qelos.
#[derive(Clone)]
struct Foreign;

impl Credential for Foreign {
    fn kind(&self) -> CredentialKind {
        CredentialKind::OAuth
    }

    async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
        Ok(CredentialHeader::bearer("t-1").ok().map(Authorization::new))
    }
}

impl SatisfiedBy<Foreign> for SignedIn {}

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/v1/charges", auth = SignedIn, error = u32)]
struct Charge;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/v1/health", auth = Public)]
struct Health;

/// A client of a server that always responds with this.
fn client(status: u16, kind: &'static str, body: &'static str) -> Client<crate::Anonymous, impl Transport> {
    let transport = move |_: Request<Bytes>| async move {
        let response = Response::builder().status(status).header(CONTENT_TYPE, kind);
        Ok::<_, TransportError>(response.body(Bytes::from_static(body.as_bytes())).expect("a response"))
    };
    let builder = Client::builder("https://acme.example").transport(transport).retries(Retries::none());
    builder.build().expect("a client")
}

const JSON: &str = "application/json";
const HTML: &str = "text/html";

/// Responses that mean something particular to users of Qelos.
const RESPONSES: [(u16, &str, &str); 6] = [
    (200, HTML, "<html>Please sign in</html>"),
    (401, JSON, r#"{"message":"plugin not exist"}"#),
    (401, JSON, ""),
    (403, JSON, r#"{"message":"no"}"#),
    (404, HTML, "<pre>Cannot POST /v1/charges</pre>"),
    (503, JSON, ""),
];

#[tokio::test]
async fn users_of_another_api_read_nothing_about_qelos() {
    let mut hints = Vec::new();
    for (status, kind, body) in RESPONSES {
        let anonymous = client(status, kind, body);
        let error = anonymous.with_credential(Foreign).call(&Charge).await.expect_err("it is refused");
        hints.push(error.hint().expect("a hint"));
        let error = anonymous.call(&Health).await.expect_err("it is refused");
        hints.extend(error.hint());
    }
    for hint in &hints {
        for word in ["Qelos", "gateway", "workspace", "cookie", "OAuth", "API token", "sign in", "refresh_token"] {
            assert!(!hint.to_lowercase().contains(&word.to_lowercase()), "{word}: {hint}");
        }
    }
    assert_eq!(
        hints[0], "is there a login page or a proxy in between, and is the base URL right?",
        "other users get a hint as well"
    );
    assert!(hints.contains(&"the server has no such path: is the base URL right?".to_owned()), "{hints:#?}");
}

#[tokio::test]
async fn users_of_qelos_read_about_qelos() {
    let token = || ApiTokenAuth::new("ql_1").expect("a token");
    let (page_status, kind, page) = RESPONSES[0];
    let gateway = "does the base URL point at the Qelos gateway?";
    let qelos = client(page_status, kind, page).with_credential(token());
    for error in [qelos.call(&Charge).await.expect_err("a page"), qelos.call(&GetMe).await.expect_err("a page")] {
        assert!(error.hint().expect("a hint").ends_with(gateway), "{error}");
    }
    let unknown = client(401, JSON, r#"{"message":"plugin not exist"}"#).with_credential(token());
    let error = unknown.call(&Charge).await.expect_err("no path");
    assert_eq!(error.hint().expect("a hint"), format!("the server has no such path: {gateway}"));
    let sign_in = qelos_spec::api::SignIn::new("ada", "hunter2".into());
    let error = client(page_status, kind, page).call(&sign_in).await.expect_err("a page");
    assert!(error.hint().expect("a hint").ends_with(gateway), "an endpoint of Qelos needs no credential: {error}");
}

#[tokio::test]
async fn only_a_refusal_of_the_call_itself_is_the_declared_error() {
    let error = client(402, JSON, "7").with_credential(Foreign).call(&Charge).await.expect_err("it is refused");
    assert_eq!(error.declared::<Charge>(), Some(Ok(7)));
    assert_eq!(error.declared::<GetMe>(), None);
    let error = client(402, JSON, r#"{"message":"no"}"#).with_credential(Foreign).call(&Charge).await;
    let error = error.expect_err("it is refused");
    assert!(matches!(error.declared::<Charge>(), Some(Err(why)) if why.to_string().contains("expected u32")));
    assert_eq!(error.api().and_then(|api| api.message()), Some("no"), "the text is not lost");

    let renewal = error.api().expect("a refusal").clone();
    let ended = Error::new(Kind::SessionEnded("the server refused to renew it", Some(renewal)));
    assert_eq!(ended.declared::<GetMe>(), None, "another endpoint was refused");
}

/// An error with a text and a cause.
#[derive(Debug)]
struct Layer(&'static str, Option<Box<Layer>>);

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Layer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

fn layers() -> Layer {
    let inner = Layer("refused\n(os error 111)", None);
    Layer("error sending request", Some(Box::new(Layer("tcp connect error", Some(Box::new(inner))))))
}

/// The error as `anyhow` and similar crates show it.
fn report(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn StdError), |&cause| cause.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(" <- ")
}

#[test]
fn causes_are_shown_once() {
    let error = Error::from(TransportError::new(TransportErrorKind::Broken, layers()));
    let line = "the connection broke before a response came";
    let causes = r"error sending request: tcp connect error: refused\n(os error 111)";
    assert_eq!(error.to_string(), line);
    assert_eq!(format!("{error:#}"), format!("{line}; caused by: {causes}"));
    assert_eq!(format!("{error:?}"), format!("Error({line}; caused by: {causes})"));
    assert_eq!(
        report(&error),
        format!("{line} <- error sending request <- tcp connect error <- refused\n(os error 111)")
    );

    let error = Error::from(TransportError::new(TransportErrorKind::Setup, Layer("no runtime", None)));
    let line = "the transport is not set up for this: no runtime";
    assert_eq!((error.to_string(), format!("{error:#}"), report(&error)), (line.into(), line.into(), line.into()));
    let error = Error::from(TransportError::new(TransportErrorKind::Setup, layers()));
    assert_eq!(
        report(&error),
        "the transport is not set up for this: error sending request: tcp connect error <- refused\n(os error 111)"
    );
}

#[tokio::test]
async fn the_error_of_a_failed_renewal_is_the_cause_of_the_refusal() {
    let error = client(401, JSON, "").with_credential(Foreign).call(&Charge).await.expect_err("it is refused");
    let busy = client(503, JSON, "").call(&Health).await.expect_err("it is busy");
    let error = error.with_standing(Some(Standing::NotRenewed(busy)));
    assert_eq!((error.status(), error.is_transient()), (Some(StatusCode::UNAUTHORIZED), true));
    assert_eq!(error.to_string().matches("503").count(), 0, "{error}");
    assert_eq!(format!("{error:?}").matches("503").count(), 1, "{error:?}");
    assert_eq!(report(&error).matches("503").count(), 1);
}
