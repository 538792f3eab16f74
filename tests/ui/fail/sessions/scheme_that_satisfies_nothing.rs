//! A session whose scheme does not say which endpoints it may call.
use qelos_client::auth::SignedIn;
use qelos_client::oauth2::OAuth2Tokens;
use qelos_client::session::{RenewalFailed, SessionScheme, TokenSession};
use qelos_client::{Client, Connection, Endpoint, Transport};

#[derive(Clone)]
struct Acme;

impl SessionScheme for Acme {
    const NAME: &'static str = "acme";
    type Tokens = OAuth2Tokens;

    async fn renew<T: Transport>(&self, held: &OAuth2Tokens, _: &Connection<T>) -> Result<OAuth2Tokens, RenewalFailed> {
        Ok(held.clone())
    }
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/me", auth = SignedIn)]
struct Me;

async fn run(client: Client<TokenSession<Acme>>) -> Result<(), qelos_client::Error> {
    client.call(&Me).await
}

fn main() {}
