//! Signing in with an endpoint that the scheme does not name, and a call that its sessions may not make.
use qelos_client::auth::{Public, Session, SignedIn};
use qelos_client::oauth2::{OAuth2, OAuth2Tokens};
use qelos_client::session::SessionScheme;
use qelos_client::{Client, Endpoint};

#[derive(Endpoint)]
#[endpoint(POST, "/api/tokens", response = OAuth2Tokens, auth = Public)]
struct SignIn;

#[derive(Endpoint)]
#[endpoint(POST, "/api/others", response = OAuth2Tokens, auth = Public)]
struct SignUp;

#[derive(Endpoint)]
#[endpoint(GET, "/api/me", auth = Session)]
struct Me;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = SignIn, access = access_token, satisfies(SignedIn))]
struct Acme;

async fn sign_up(client: Client) -> Result<(), qelos_client::Error> {
    client.sign_in_as(Acme, &SignUp).await?;
    Ok(())
}

async fn by_hand(client: Client, scheme: OAuth2) -> Result<(), qelos_client::Error> {
    client.sign_in_as(scheme, &SignIn).await?;
    Ok(())
}

async fn call(client: Client) -> Result<(), qelos_client::Error> {
    client.sign_in_as(Acme, &SignIn).await?.call(&Me).await
}

fn main() {}
