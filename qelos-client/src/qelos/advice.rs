//! Advice for users of Qelos: the words of hints.

use std::time::Duration;

use qelos_spec::EndpointInfo;
use qelos_spec::api::{self, ApiTokensDelete, ApiTokensList, CreateApiToken};
use qelos_spec::auth::CredentialKind;

use crate::error::advice::{Advice, Cause, spelled_out};
use crate::qelos::verdict::NO_SUCH_PATH;

pub(crate) static QELOS: Advice =
    Advice { where_to: "does the base URL point at the Qelos gateway?", no_such_path: Some(NO_SUCH_PATH), refused };

/// The advice for a call without a credential of Qelos.
pub(crate) fn by_endpoint(endpoint: &EndpointInfo) -> &'static Advice {
    if api::ALL.contains(&endpoint) { &QELOS } else { &Advice::ANY_SERVER }
}

fn refused(cause: &Cause, endpoint: &EndpointInfo, credential: CredentialKind) -> String {
    match cause {
        Cause::Permission(_) if manages_api_tokens(endpoint) && credential != CredentialKind::ApiToken => {
            NO_API_TOKENS.into()
        }
        Cause::Proof => bad_proof(credential).into(),
        Cause::Permission(age) => forbidden(credential, *age),
        Cause::Either => {
            format!("{}; or the user's roles and permissions do not allow this", bad_proof(credential))
        }
    }
}

/// The server has one 403 for both settings, and looks at the newest roles of the user.
const NO_API_TOKENS: &str = "an administrator has to allow API tokens in the configuration of authentication: `allowUserTokenAuthentication` turns them on, and `tokenAuthenticationPermissions` has to list a role of this user";

fn manages_api_tokens(endpoint: &EndpointInfo) -> bool {
    [EndpointInfo::of::<ApiTokensList>(), EndpointInfo::of::<CreateApiToken>(), EndpointInfo::of::<ApiTokensDelete>()]
        .contains(&endpoint)
}

fn forbidden(credential: CredentialKind, age: Option<Duration>) -> String {
    let hint = match credential {
        CredentialKind::ApiToken => {
            "the user's roles and permissions do not allow this, or the server does not allow it to an API token, or to one that is locked to this workspace: try with a cookie or OAuth session"
        }
        _ => "the user's roles and permissions do not allow this, at least not in the workspace of this session",
    };
    let Some(age) = age.map(spelled_out) else { return hint.into() };
    format!(
        "{hint}; the roles stand in the access token, which is {age} old: roles that were granted later count after signing in again, or outside of a workspace after `refresh_token()`"
    )
}

fn bad_proof(credential: CredentialKind) -> &'static str {
    match credential {
        CredentialKind::ApiToken => {
            "the API token is unknown, expired or revoked, or locked to a workspace its user is not in: create a new one with a cookie or OAuth session"
        }
        CredentialKind::Cookie => "the session has expired or was revoked: sign in again",
        CredentialKind::OAuth => {
            "the access token is refused although it is fresh: was the user deleted, or the server's secret changed? Sign in again"
        }
        _ => "the server does not know this credential",
    }
}
