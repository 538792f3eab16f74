//! The tokens that a plugin issues: to Qelos, and to its own pages.

use std::time::Duration;

use qelos_spec::secret::on_the_wire;
use qelos_spec::{ExposeSecret as _, SecretString, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::caller::{CallingUser, Tenant};
use super::settings::Settings;
use crate::jwt;

const ACCESS: Duration = Duration::from_hours(1);
const REFRESH: Duration = Duration::from_hours(24 * 90);
/// How long a browser may use the pages of the plugin until it asks Qelos again.
pub(super) const PAGES: Duration = Duration::from_mins(30);

/// The tokens with which Qelos calls a plugin: the response to a registration, and to a renewal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IssuedTokens {
    /// Good for 90 days, and for one renewal.
    #[serde(serialize_with = "on_the_wire")]
    pub refresh_token: SecretString,
    /// Good for an hour.
    #[serde(serialize_with = "on_the_wire")]
    pub access_token: SecretString,
}

/// A user of the pages of a plugin: in the token that a page gets from Qelos, which is good for its URL, and in the cookie that
/// it gets for that.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Visitor {
    /// The name of the cookie.
    pub(super) code: String,
    /// The page that may get the cookie. `None` in the cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) return_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<CallingUser>,
    pub(super) tenant: Tenant,
}

#[derive(Serialize)]
struct Expiring<C> {
    #[serde(flatten)]
    claims: C,
    iat: i64,
    exp: i64,
}

fn sign<C: Serialize>(claims: C, secret: &SecretString, now: Timestamp, lasts: Duration) -> SecretString {
    let (iat, exp) = (jwt::unix_seconds(now), jwt::unix_seconds(now.saturating_add(lasts)));
    jwt::sign(&Expiring { claims, iat, exp }, secret.expose_secret().as_bytes()).into()
}

fn verify<C: DeserializeOwned>(token: &str, secret: &SecretString, now: Timestamp) -> Option<C> {
    serde_json::from_value(jwt::verified(token, secret.expose_secret().as_bytes(), now)?).ok()
}

impl Settings {
    pub(super) fn issue(&self, tenant: &Tenant, now: Timestamp) -> IssuedTokens {
        IssuedTokens {
            refresh_token: sign(tenant, &self.refresh, now, REFRESH),
            access_token: sign(tenant, &self.access, now, ACCESS),
        }
    }

    pub(super) fn tenant_of_access(&self, token: &str, now: Timestamp) -> Option<Tenant> {
        verify(token, &self.access, now)
    }

    pub(super) fn tenant_of_refresh(&self, token: &str, now: Timestamp) -> Option<Tenant> {
        verify(token, &self.refresh, now)
    }

    pub(super) fn sign_visitor(&self, visitor: &Visitor, now: Timestamp) -> SecretString {
        sign(visitor, &self.access, now, PAGES)
    }

    pub(super) fn visitor(&self, token: &str, now: Timestamp) -> Option<Visitor> {
        verify(token, &self.access, now)
    }
}
