//! The two tables of credentials and requirements, for the compiler and for checks at run time, are the same.

mod sentences;

use std::marker::PhantomData;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{ALL, ApiTokensList, GetMe};
use qelos_client::auth::{
    Anyone, CookieOnly, CredentialKind, Privileged, Public, Requirement, SatisfiedBy, Session, SignedIn,
};
use qelos_client::{Anonymous, AnyCredential, ApiTokenAuth, Client, CookieSession, Endpoint, OAuth, TransportError};

/// Whether the compiler accepts the pair: when the bound holds, the inherent constant exists, and hides that of the
/// trait.
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
fn the_compile_time_and_run_time_tables_are_the_same() {
    let mut drawn = String::new();
    for (requirement, taken, accepts, any) in table!(Public Anyone SignedIn Privileged Session CookieOnly) {
        for (kind, taken) in taken {
            assert_eq!(accepts(kind), taken, "{requirement} and {kind}");
            drawn.push(if taken { 'x' } else { '-' });
        }
        assert!(any, "{requirement} can be checked in each call");
        drawn.push('\n');
    }
    assert_eq!(drawn, "xxxx\nxxxx\n-xxx\n-xxx\n-xx-\n-x--\n");
}

type Outcome = Result<Response<Bytes>, TransportError>;

async fn nothing_is_sent(_: Request<Bytes>) -> Outcome {
    panic!("a request was sent")
}

#[tokio::test]
async fn a_credential_chosen_at_run_time_is_refused_before_sending() {
    let client = Client::builder("https://acme.example").transport(nothing_is_sent);
    let client = client.credential(AnyCredential::from(ApiTokenAuth::new("ql_1").unwrap())).build().unwrap();
    let error = client.call(&ApiTokensList {}).await.unwrap_err();
    assert!(error.is_not_allowed() && error.status().is_none());
    assert_eq!(
        error.to_string(),
        "GET /api/me/api-tokens: this endpoint needs a cookie or OAuth session (API tokens are refused), but the client \
         holds an API token — sign in with a credential of that kind, or build the client with one"
    );

    let client = Client::builder("https://acme.example").transport(nothing_is_sent).build().unwrap().into_any();
    let error = client.call(&GetMe).await.unwrap_err();
    assert!(error.is_not_allowed(), "{error}");
    assert!(error.to_string().contains("but the client holds no credential"), "{error}");
}

#[test]
fn only_public_endpoints_carry_no_credential() {
    let public: Vec<_> = ALL.iter().filter(|endpoint| !endpoint.sends_credential).map(|info| info.name).collect();
    let expected = [
        // These carry a password, or a token of their own, in the request.
        ["SignIn", "OAuthSignIn", "RefreshTokens", "SignUp", "OAuthSignUp"].as_slice(),
        // A browser opens them with the session it has, or the token is in the URL.
        &["SocialLogin", "SocialCallback", "ExchangeAuthCallback"],
        // A client that is not registered yet, and a code that suffices as a proof.
        &["McpDiscovery", "McpRegister", "McpExchange"],
        // What guests see, and nothing else.
        &["ListStaticComponents", "GetStaticFile", "PlansPublic"],
    ];
    assert_eq!(public, expected.concat());
}

/// A requirement and a credential of the user's program.
mod custom {
    use qelos_client::auth::{Authorization, Credential, CredentialHeader};
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
    struct BillingKey(CredentialHeader);

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
    async fn custom_credentials_and_requirements_can_be_used() {
        let transport = async |request: Request<Bytes>| -> Outcome {
            let key = request.headers()["x-billing"].to_str().unwrap();
            Ok(Response::new(Bytes::from(format!("\"{key}\""))))
        };
        let key = BillingKey(CredentialHeader::new("x-billing".parse().unwrap(), "b-1").unwrap());
        let client = Client::builder("https://bills.example").transport(transport).credential(key).build().unwrap();
        assert_eq!(client.call(&Bills).await.unwrap(), "b-1");
    }
}
