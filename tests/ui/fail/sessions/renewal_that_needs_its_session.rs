//! A renewal that calls an endpoint for signed-in users: it would wait for itself.
use qelos_client::auth::SignedIn;
use qelos_client::oauth2::OAuth2Tokens;
use qelos_client::session::{RenewalFailed, SessionScheme};
use qelos_client::{Connection, Endpoint, Transport};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", response = OAuth2Tokens, auth = SignedIn)]
struct Renew;

#[derive(Clone)]
struct Acme;

impl SessionScheme for Acme {
    const NAME: &'static str = "acme";
    type Tokens = OAuth2Tokens;

    async fn renew<T: Transport>(&self, _: &OAuth2Tokens, via: &Connection<T>) -> Result<OAuth2Tokens, RenewalFailed> {
        Ok(via.call(&Renew).await?)
    }
}

fn main() {}
