//! The two tables of who may call what, for the compiler and for decisions at run time, are the same.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::marker::PhantomData;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{ALL, ApiTokensList, GetMe};
use qelos_client::auth::{CookieOnly, CredentialKind, Public, Requirement, SatisfiedBy, Session, SignedIn};
use qelos_client::{Anonymous, AnyCredential, ApiTokenAuth, Client, CookieSession, Endpoint, OAuth, TransportError};

/// Whether the compiler would take the pair: the inherent constant is there when the bound holds, and goes first.
struct Pair<R, C>(PhantomData<(R, C)>);

trait OtherwiseNot {
    const TAKEN: bool = false;
}

impl<R, C> OtherwiseNot for Pair<R, C> {}

impl<R: SatisfiedBy<C>, C> Pair<R, C> {
    const TAKEN: bool = true;
}

macro_rules! table {
    ($($requirement:ident)*) => {
        [$((
            stringify!($requirement),
            [
                (CredentialKind::Anonymous, Pair::<$requirement, Anonymous>::TAKEN),
                (CredentialKind::Cookie, Pair::<$requirement, CookieSession>::TAKEN),
                (CredentialKind::OAuth, Pair::<$requirement, OAuth>::TAKEN),
                (CredentialKind::ApiToken, Pair::<$requirement, ApiTokenAuth>::TAKEN),
            ],
            <$requirement as Requirement>::accepts as fn(CredentialKind) -> bool,
            Pair::<$requirement, AnyCredential>::TAKEN,
        )),*]
    };
}

#[test]
fn both_tables_say_the_same() {
    let mut drawn = String::new();
    for (requirement, taken, accepts, any) in table!(Public SignedIn Session CookieOnly) {
        for (kind, taken) in taken {
            assert_eq!(accepts(kind), taken, "{requirement} and {kind}");
            drawn.push(if taken { 'x' } else { '-' });
        }
        assert!(any, "{requirement} may be looked at in each call");
        drawn.push('\n');
    }
    assert_eq!(drawn, "xxxx\n-xxx\n-xx-\n-x--\n");
}

type Answer = Result<Response<Bytes>, TransportError>;

async fn nobody_may_ask(_: Request<Bytes>) -> Answer {
    panic!("something was sent")
}

#[tokio::test]
async fn a_credential_chosen_at_run_time_is_refused_before_anything_is_sent() {
    let client = Client::builder("https://acme.example").transport(nobody_may_ask);
    let client = client.credential(AnyCredential::from(ApiTokenAuth::new("ql_1").unwrap())).build().unwrap();
    let error = client.call(&ApiTokensList {}).await.unwrap_err();
    assert!(error.is_not_allowed() && error.status().is_none());
    assert_eq!(
        error.to_string(),
        "GET /api/me/api-tokens: this endpoint needs a cookie or OAuth session (API tokens are refused), but the client \
         holds an API token — sign in with a credential of that kind, or build the client with one"
    );

    let client = Client::builder("https://acme.example").transport(nobody_may_ask).build().unwrap().into_any();
    let error = client.call(&GetMe).await.unwrap_err();
    assert!(error.is_not_allowed(), "{error}");
    assert!(error.to_string().contains("but the client holds no credential"), "{error}");
}

#[test]
fn only_public_endpoints_carry_no_credential() {
    let public: Vec<_> = ALL.iter().filter(|endpoint| !endpoint.sends_credential).map(|info| info.name).collect();
    let expected = [
        // With a password, or with a token of their own in the request.
        ["SignIn", "OAuthSignIn", "RefreshTokens", "SignUp", "OAuthSignUp"].as_slice(),
        // A browser goes there, with the session it has; or the token is in the URL.
        &["SocialLogin", "SocialCallback", "ExchangeAuthCallback"],
        // A client that nobody knows yet, a browser, and a code that is proof enough.
        &["McpDiscovery", "McpRegister", "McpAuthorize", "McpExchange"],
    ];
    assert_eq!(public, expected.concat());
}

/// A requirement and a credential of one's own take part.
mod of_ones_own {
    use qelos_client::auth::{Authorization, Credential, Stamp};
    use qelos_client::{Connection, Error, Transport};

    use super::*;

    struct Billing;

    impl Requirement for Billing {
        const NEEDS: &'static str = "a billing key";

        fn accepts(kind: CredentialKind) -> bool {
            kind == CredentialKind::Other("a billing key")
        }
    }

    #[derive(Clone)]
    struct BillingKey(Stamp);

    impl SatisfiedBy<BillingKey> for Billing {}

    impl Credential for BillingKey {
        fn kind(&self) -> CredentialKind {
            CredentialKind::Other("a billing key")
        }

        async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
            Ok(Some(Authorization::new(self.0.clone())))
        }
    }

    #[derive(Endpoint)]
    #[endpoint(GET, "/bills", response = String, auth = Billing)]
    struct Bills;

    #[tokio::test]
    async fn they_are_called_like_any_other() {
        let transport = async |request: Request<Bytes>| -> Answer {
            let key = request.headers()["x-billing"].to_str().unwrap();
            Ok(Response::new(Bytes::from(format!("\"{key}\""))))
        };
        let key = BillingKey(Stamp::new("x-billing".parse().unwrap(), "b-1").unwrap());
        let client = Client::builder("https://bills.example").transport(transport).credential(key).build().unwrap();
        assert_eq!(client.call(&Bills).await.unwrap(), "b-1");
    }
}
