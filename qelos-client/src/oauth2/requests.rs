//! The requests to an authorization server. Their path is known at run time, up to a slash at its end.

use qelos_spec::auth::Public;
use qelos_spec::secret::on_the_wire;
use qelos_spec::{Endpoint, SecretString};
use serde::Serialize;

use crate::oauth2::tokens::OAuth2Tokens;

/// The fields of a form; one that is `None` is absent.
#[derive(Clone, Default, Serialize)]
pub(super) struct Form {
    pub(super) grant_type: Option<&'static str>,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) refresh_token: Option<SecretString>,
    pub(super) scope: Option<String>,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) token: Option<SecretString>,
    pub(super) token_type_hint: Option<&'static str>,
    pub(super) client_id: Option<String>,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) client_secret: Option<SecretString>,
}

impl Form {
    pub(super) fn grant(grant_type: &'static str) -> Self {
        Self { grant_type: Some(grant_type), ..Self::default() }
    }
}

#[derive(Endpoint)]
#[endpoint(POST, "/{name}", response = OAuth2Tokens, auth = Public)]
pub(super) struct GetTokens {
    pub(super) name: String,
    #[endpoint(form)]
    #[serde(flatten)]
    pub(super) form: Form,
}

#[derive(Endpoint)]
#[endpoint(POST, "/{name}/", response = OAuth2Tokens, auth = Public)]
pub(super) struct GetTokensBehindSlash {
    pub(super) name: String,
    #[endpoint(form)]
    #[serde(flatten)]
    pub(super) form: Form,
}

/// Revoking a token twice does no more than revoking it once (RFC 7009 §2.2).
#[derive(Endpoint)]
#[endpoint(POST, "/{name}", auth = Public, idempotent)]
pub(super) struct Revoke {
    pub(super) name: String,
    #[endpoint(form)]
    #[serde(flatten)]
    pub(super) form: Form,
}

#[derive(Endpoint)]
#[endpoint(POST, "/{name}/", auth = Public, idempotent)]
pub(super) struct RevokeBehindSlash {
    pub(super) name: String,
    #[endpoint(form)]
    #[serde(flatten)]
    pub(super) form: Form,
}
