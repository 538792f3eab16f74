//! The endpoints of a plugin that Qelos and browsers call, declared.

use qelos_spec::secret::on_the_wire;
use qelos_spec::{SecretString, auth::Public};
use serde::{Deserialize, Serialize};

use super::caller::{CallingUser, Tenant};
use super::tokens::IssuedTokens;
use crate::{DecodeRequest, Endpoint};

/// A server registers the plugin: `POST /api/register`. Qelos sends it when an administrator installs the plugin.
///
/// Each field may be missing: [`Plugin::register`](super::Plugin::register) says which.
#[derive(Debug, Clone, Default, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/register", response = IssuedTokens, auth = Public)]
#[non_exhaustive]
pub struct Register {
    /// The user that the plugin acts as, with the role `plugin`: an e-mail address at the host of the server.
    pub username: Option<String>,
    /// Its password.
    #[endpoint(secret)]
    pub password: Option<SecretString>,
    /// The URL of the server.
    #[serde(rename = "appUrl")]
    pub app_url: Option<String>,
}

/// Qelos renews its access token: `POST /api/token/refresh`.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/token/refresh", response = IssuedTokens, auth = Public)]
#[non_exhaustive]
pub struct RenewToken {
    /// The refresh token.
    #[endpoint(bearer)]
    pub token: SecretString,
}

impl RenewToken {
    /// The tokens after this refresh token.
    #[must_use]
    pub fn new(token: SecretString) -> Self {
        Self { token }
    }
}

/// A page gets the cookie of its user: `POST /api/authorize`.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/authorize", response = Authorized, auth = Public)]
#[non_exhaustive]
pub struct Authorize {
    /// The URL of the page, without what [`Plugin::callback`](super::Plugin::callback) has added.
    #[serde(rename = "returnUrl")]
    pub return_url: String,
    /// The token in its URL.
    #[endpoint(secret)]
    pub token: SecretString,
}

impl Authorize {
    /// The page at this URL, with the token that was in it.
    #[must_use]
    pub fn new(return_url: impl Into<String>, token: SecretString) -> Self {
        Self { return_url: return_url.into(), token }
    }
}

/// The user of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Authorized {
    /// The user; `None` for a guest.
    pub user: Option<CallingUser>,
    /// The tenant.
    pub tenant: Tenant,
}

/// Where a browser goes on after Qelos has named its user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Callback {
    /// The name of the cookie, for the header `code`.
    pub code: String,
    /// The token for [`Authorize`].
    #[serde(serialize_with = "on_the_wire")]
    pub token: SecretString,
    /// The URL of the page, with `code` and `token` in its query.
    #[serde(serialize_with = "on_the_wire")]
    pub return_url: SecretString,
}
