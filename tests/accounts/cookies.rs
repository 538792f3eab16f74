//! Cookie sessions: renewed on demand, and ended.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_client::api::SignIn;
use qelos_client::testing::FakeQelos;
use qelos_client::{Client, ExposeSecret, Transport, TransportError};

use crate::world::{ADA, PASSWORD, World};

#[tokio::test]
async fn a_gateway_that_does_not_know_the_route_is_said_not_to_support_it() {
    let world = World::new();
    let client = world.cookie().await;
    let error = client.refresh_cookie_token().await.unwrap_err();
    assert!(error.is_not_found() && error.hint().unwrap().contains("this server does not support it"), "{error}");
    client.logged_in_user().await.expect("the session is as good as before");
}

#[tokio::test]
async fn a_cookie_that_was_renewed_is_the_one_that_is_used() {
    let world = World::new();
    world.qelos.set_cookie_refresh_reachable(true);
    let client = world.cookie().await;
    let first = client.refresh_cookie_token().await.unwrap();
    // The one before is good for no other renewal.
    let second = client.clone().refresh_cookie_token().await.unwrap();
    assert_ne!(first.cookie_token.expose_secret(), second.cookie_token.expose_secret());
    assert_eq!(second.user.username.as_deref(), Some(ADA));
    assert_eq!(world.qelos.sessions(world.ada), 1);
}

/// A server that cannot sign anybody out.
struct Sticky(FakeQelos);

impl Transport for Sticky {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_farewell = request.uri().path() == "/api/logout";
        let mut answer = self.0.send(request).await?;
        if is_farewell {
            *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        Ok(answer)
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_says_when_the_server_did_not_agree() {
    let world = World::new();
    let builder = Client::builder("https://qelos.test").transport(Sticky(world.qelos.clone()));
    let client = builder.clock(world.clock.clone()).build().unwrap();
    let (client, _) = client.signin(&SignIn::new(ADA, PASSWORD.into())).await.unwrap();
    let error = client.logout().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR), "{error}");
    world.qelos.forget_requests();
    assert!(client.logged_in_user().await.unwrap_err().is_session_ended());
    assert_eq!(world.qelos.requests().len(), 0, "the cookie is not sent any more, although the server would take it");
}
