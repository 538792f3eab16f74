//! Declared schemes that leave out what a session cannot do without.
use qelos_client::auth::{Public, SignedIn};
use qelos_client::oauth2::OAuth2Tokens;
use qelos_client::session::{SessionScheme, TokenSession};
use qelos_client::{Client, Endpoint, SecretString};

#[derive(Endpoint)]
#[endpoint(POST, "/api/tokens", response = OAuth2Tokens, auth = Public)]
struct GetTokens {
    #[endpoint(secret)]
    refresh: SecretString,
}

#[derive(Clone, SessionScheme)]
#[session(sign_in = GetTokens, access = access_token, satisfies(SignedIn))]
struct WithoutName;

#[derive(Clone, SessionScheme)]
#[session(name = "", sign_in = GetTokens, access = access_token, satisfies(SignedIn))]
struct WithEmptyName;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", access = access_token, satisfies(SignedIn))]
struct WithoutEndpoints;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, satisfies(SignedIn))]
struct WithoutAccess;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token)]
struct WithoutCallers;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", renew = GetTokens { refresh: self.0.clone() }, access = access_token, satisfies(SignedIn))]
struct RenewedWithoutToken(SecretString);

#[derive(Clone, SessionScheme)]
#[session(name = "acme", renew = GetTokens { refresh }, access = access_token, satisfies(SignedIn))]
struct RenewedWithoutRefresh;

#[derive(Clone, SessionScheme)]
struct WithNothing;

// A scheme with mistakes can be used: nothing more is reported.
#[derive(Endpoint)]
#[endpoint(GET, "/api/me", auth = SignedIn)]
struct Me;

async fn run(client: Client<TokenSession<WithNothing>>) -> Result<(), qelos_client::Error> {
    client.sign_in_as(WithNothing, &GetTokens { refresh: "r".into() }).await?.call(&Me).await
}

fn main() {}
