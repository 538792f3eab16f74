//! Credentials are only sent to their own server.

use bytes::Bytes;
use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::{ApiTokenAuth, Client, Credential, Error, Transport};

use super::Tested;
use crate::transport::server::{Server, json, redirect, response};
use crate::world::World;

const REDIRECTS: [&str; 5] =
    ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"];

/// The headers of credentials.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "x-api-key"];

/// Calls the server with the credential of this header.
async fn call(server: &Server, header: &str) -> Error {
    let world = World::new();
    let client = match header {
        "authorization" => world.oauth().await.into_any(),
        "cookie" => world.cookie().await.into_any(),
        _ => world.anonymous().with_credential(ApiTokenAuth::new("ql_planted").unwrap()).into_any(),
    };
    let credential = client.credential().clone();
    let builder = Client::builder(&server.url()).transport(Tested::new().unwrap()).clock(world.client_clock);
    let client = builder.credential(credential).build().unwrap();
    client.call(&GetMe).await.unwrap_err()
}

#[tokio::test]
async fn a_redirect_sends_no_credential_to_another_origin() {
    for status in REDIRECTS {
        for header in CREDENTIALS {
            let other = Server::responding(json("{}")).await;
            let server = Server::responding(redirect(&format!("{}/api/me?leak=1", other.url()), status)).await;
            let error = call(&server, header).await;

            assert_eq!(other.received(), [""; 0], "the other server was not called");
            let received = server.received();
            assert_eq!(received.len(), 1);
            for name in CREDENTIALS {
                assert_eq!(received[0].contains(&format!("\r\n{name}: ")), name == header, "{}", received[0]);
            }
            let hint = error.hint().unwrap();
            assert!(hint.contains(&format!("the server redirects to {};", other.url())), "{hint}");
            assert!(!error.to_string().contains("leak"), "only the origin of the target is shown");
            assert_eq!(error.status().unwrap().as_str(), &status[..3]);
            assert!(error.is_redirect() && !error.is_transient());
        }
    }
}

#[tokio::test]
async fn a_redirect_loop_is_not_followed() {
    for status in REDIRECTS {
        let server = Server::responding(redirect("/api/me", status)).await;
        assert!(call(&server, "x-api-key").await.is_redirect());
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_public_endpoint_gets_no_credential_of_the_client() {
    let server = Server::responding(response("401 Unauthorized", "connection: close\r\n", "")).await;
    let builder = Client::builder(&server.url()).transport(Tested::new().unwrap());
    let client = builder.api_token("ql_planted").build().unwrap();
    assert_eq!(client.credential().kind().as_str(), "api_token");
    client.oauth_sign_in(&OAuthSignIn::new("ada", "hunter2".into())).await.unwrap_err();
    let request = server.received().remove(0);
    assert!(request.starts_with("POST /api/signin HTTP/1.1\r\n"), "{request}");
    for header in CREDENTIALS {
        assert!(!request.contains(&format!("\r\n{header}: ")), "{request}");
    }
}

#[tokio::test]
async fn a_cookie_of_the_server_is_not_kept_for_other_clients() {
    let set = response("200 OK", "set-cookie: qlt_0=planted; Path=/\r\nconnection: close\r\n", "{}");
    let server = Server::responding(set).await;
    let transport = Tested::new().unwrap();
    for _ in 0..2 {
        let request = http::Request::get(format!("{}/api/me", server.url())).body(Bytes::new()).unwrap();
        transport.send(request.map(qelos_client::Body::from)).await.unwrap();
    }
    assert!(!server.received()[1].contains("planted"), "{}", server.received()[1]);
}
