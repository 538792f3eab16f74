//! Words of declared schemes that are written otherwise.
use qelos_client::auth::{Public, SignedIn};
use qelos_client::oauth2::OAuth2Tokens;
use qelos_client::session::SessionScheme;
use qelos_client::{Endpoint, SecretString};

#[derive(Endpoint)]
#[endpoint(POST, "/api/tokens", response = OAuth2Tokens, auth = Public)]
struct GetTokens {
    #[endpoint(secret)]
    refresh: SecretString,
}

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = "access_token", satisfies(SignedIn))]
struct QuotedField;

#[derive(Clone, SessionScheme)]
#[session("acme", name = "acme", sign_in = GetTokens, access = access_token, satisfies(SignedIn))]
struct NameWithoutWord;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, satisfies = SignedIn)]
struct RequirementBehindSign;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, refused(), satisfies(SignedIn))]
struct RefusedInNoWay;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, refused(true, 200, ""), satisfies(SignedIn))]
struct RefusedOtherwise;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, expires_in = expires_in, jwt, satisfies(SignedIn))]
struct TwoLives;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, header = "x session", satisfies(SignedIn))]
struct HeaderWithBlank;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, header = "Host", satisfies(SignedIn))]
struct HeaderOfTheConnection;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, prefix = "Token ", satisfies(SignedIn))]
struct PrefixAlone;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", name = "acme", sign_in = GetTokens, access = access_token, satisfies(SignedIn))]
struct NamedTwice;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", signin = GetTokens, sign_in = GetTokens, access = access_token, satisfies(SignedIn))]
struct UnknownWord;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, end, access = access_token, lasts, header, satisfies(SignedIn))]
struct WordsWithoutValues;

#[derive(Clone, SessionScheme)]
#[session(name = "acme", sign_in = GetTokens, access = access_token, satisfies(SignedIn))]
enum Choice {
    One,
}

fn main() {}
