//! The requests to an authorization server. Their path is known at run time, up to its last segment. The placeholder for that is
//! what an error shows: `POST /{token_endpoint}`.

use qelos_spec::auth::{Public, WithoutCredential};
use qelos_spec::secret::on_the_wire;
use qelos_spec::{Endpoint, SecretString};
use serde::Serialize;

use crate::auth::Proof;
use crate::connection::Connection;
use crate::error::Error;
use crate::oauth2::device_codes::DeviceCodes;
use crate::oauth2::endpoint_url::EndpointUrl;
use crate::oauth2::metadata::Metadata;
use crate::oauth2::tokens::OAuth2Tokens;
use crate::transport::Transport;

/// The fields of a form; one that is `None` is absent.
#[derive(Clone, Default, Serialize)]
pub(super) struct Form {
    pub(super) grant_type: Option<&'static str>,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) refresh_token: Option<SecretString>,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) code: Option<SecretString>,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) code_verifier: Option<SecretString>,
    pub(super) redirect_uri: Option<String>,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) device_code: Option<SecretString>,
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

/// A function that sends a form, and its endpoint: twice, because a slash at the end of a path is part of its template.
macro_rules! form_request {
    (
        $function:ident($name:ident) -> $response:ty,
        $endpoint:ident = $path:tt,
        $behind_slash:ident = $path_behind_slash:tt $(, $word:ident)?
    ) => {
        #[derive(Endpoint)]
        #[endpoint(POST, $path, response = $response, auth = Public $(, $word)?)]
        struct $endpoint {
            $name: String,
            #[endpoint(form)]
            #[serde(flatten)]
            form: Form,
        }

        #[derive(Endpoint)]
        #[endpoint(POST, $path_behind_slash, response = $response, auth = Public $(, $word)?)]
        struct $behind_slash {
            $name: String,
            #[endpoint(form)]
            #[serde(flatten)]
            form: Form,
        }

        pub(super) async fn $function<T: Transport>(
            url: &EndpointUrl,
            form: Form,
            proof: Option<&Proof>,
            via: &Connection<T>,
        ) -> Result<$response, Error> {
            let (via, $name) = (via.at(url.base())?, url.name().to_owned());
            if url.ends_with_slash() {
                send(&$behind_slash { $name, form }, proof, &via).await
            } else {
                send(&$endpoint { $name, form }, proof, &via).await
            }
        }
    };
}

form_request!(
    get_tokens(token_endpoint) -> OAuth2Tokens,
    GetTokens = "/{token_endpoint}",
    GetTokensBehindSlash = "/{token_endpoint}/"
);
// Revoking a token twice does no more than revoking it once (RFC 7009 §2.2).
form_request!(
    revoke(revocation_endpoint) -> (),
    Revoke = "/{revocation_endpoint}",
    RevokeBehindSlash = "/{revocation_endpoint}/",
    idempotent
);
form_request!(
    authorize_device(device_authorization_endpoint) -> DeviceCodes,
    AuthorizeDevice = "/{device_authorization_endpoint}",
    AuthorizeDeviceBehindSlash = "/{device_authorization_endpoint}/"
);

async fn send<E: Endpoint + Sync, T: Transport>(
    endpoint: &E,
    proof: Option<&Proof>,
    via: &Connection<T>,
) -> Result<E::Response, Error>
where
    E::Auth: WithoutCredential,
{
    match proof {
        Some(proof) => via.call_with(endpoint, proof).await,
        None => via.call(endpoint).await,
    }
}

#[derive(Endpoint)]
#[endpoint(GET, "/{server_metadata}", response = Metadata, auth = Public)]
struct GetMetadata {
    server_metadata: String,
}

pub(super) async fn get_metadata<T: Transport>(url: &EndpointUrl, via: &Connection<T>) -> Result<Metadata, Error> {
    via.at(url.base())?.call(&GetMetadata { server_metadata: url.name().to_owned() }).await
}
