//! Tokens that could be printed, and lives that are none.
use qelos_client::auth::{Public, SignedIn};
use qelos_client::serde::Deserialize;
use qelos_client::session::SessionScheme;
use qelos_client::{Endpoint, SecretString};

#[derive(Deserialize)]
#[serde(crate = "qelos_client::serde")]
struct Tokens {
    secret: SecretString,
    text: String,
    number: u64,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", response = Tokens, auth = Public)]
struct SignIn;

#[derive(Clone, SessionScheme)]
#[session(name = "access", sign_in = SignIn, access = text, satisfies(SignedIn))]
struct Access;

#[derive(Clone, SessionScheme)]
#[session(name = "refresh", sign_in = SignIn, access = secret, refresh = text, satisfies(SignedIn))]
struct Refresh;

#[derive(Clone, SessionScheme)]
#[session(name = "seconds", sign_in = SignIn, access = secret, expires_in = text, satisfies(SignedIn))]
struct ForSeconds;

#[derive(Clone, SessionScheme)]
#[session(name = "time", sign_in = SignIn, access = secret, expires_at = number, satisfies(SignedIn))]
struct UntilTime;

fn main() {}
