//! Endpoints of well-known APIs, declared as their users would from the public documentation, and called over real
//! sockets: each has a call whose value is compared, and the failure that matters.
//!
//! The servers are written with axum, and behave as that documentation says. The transport is the default one.

mod github;
mod kubernetes;
mod object_storage;
mod openai;

use axum::Router;
use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use qelos_client::auth::{Authorization, Credential, CredentialHeader, CredentialKind, Requirement, SatisfiedBy};
use qelos_client::{Client, Connection, Error, Transport};
use tokio::net::TcpListener;

/// A token that a user of an API has created: `authorization: Bearer …`.
#[derive(Clone)]
struct AccessToken(CredentialHeader);

const KIND: CredentialKind = CredentialKind::Other("an access token");

impl Credential for AccessToken {
    fn kind(&self) -> CredentialKind {
        KIND
    }

    async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
        Ok(Some(Authorization::new(self.0.clone())))
    }
}

/// The requirement of all endpoints that an access token may call.
struct WithToken;

impl Requirement for WithToken {
    const NEEDS: &'static str = "an access token";

    fn accepts(kind: CredentialKind) -> bool {
        kind == KIND
    }
}

impl SatisfiedBy<AccessToken> for WithToken {}

/// Serves on a port of this machine, and returns the URL.
async fn serve(routes: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, routes).into_future());
    url
}

fn client_with(url: &str, token: &str) -> Client<AccessToken> {
    let token = AccessToken(CredentialHeader::bearer(token).unwrap());
    Client::builder(url).credential(token).build().unwrap()
}

/// Refuses requests without the token `t-1`, as the server says it.
fn behind_a_token(routes: Router, refusal: &'static str) -> Router {
    routes.layer(axum::middleware::from_fn(move |request: Request, next: Next| async move {
        if request.headers().get(AUTHORIZATION).is_some_and(|token| token == "Bearer t-1") {
            next.run(request).await
        } else {
            json(401, refusal)
        }
    }))
}

fn json(status: u16, body: impl Into<String>) -> Response {
    (StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], body.into()).into_response()
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

/// A parameter of a query.
fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
