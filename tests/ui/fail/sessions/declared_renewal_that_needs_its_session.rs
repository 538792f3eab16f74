//! A declared scheme whose renewal, or whose sign-in, is for signed-in users: it would wait for itself.
use qelos_client::auth::SignedIn;
use qelos_client::oauth2::OAuth2Tokens;
use qelos_client::session::SessionScheme;
use qelos_client::{Endpoint, SecretString};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", response = OAuth2Tokens, auth = SignedIn)]
struct Renew {
    #[endpoint(secret)]
    refresh: SecretString,
}

#[derive(Clone, SessionScheme)]
#[session(
    name = "renewal",
    renew = Renew { refresh },
    access = access_token,
    refresh = refresh_token,
    satisfies(SignedIn),
)]
struct Renewal;

#[derive(Clone, SessionScheme)]
#[session(name = "sign-in", sign_in = Renew, access = access_token, satisfies(SignedIn))]
struct SignIn;

fn main() {}
