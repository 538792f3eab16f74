//! What signing in and refreshing answer.

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::secret::{SecretString, on_the_wire};
use crate::wire::ActiveWorkspace;

/// The envelope of the authentication endpoints: `{"payload": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload<T> {
    /// What is inside.
    pub payload: T,
}

/// Who signed in. The session itself is somewhere else: in the `Set-Cookie` header of the same answer, or in tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignedInUser {
    /// The user.
    pub user: Profile,
    /// The workspace the session is in: the one asked for, the one of the last session, or the first; absent when the
    /// user has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<ActiveWorkspace>,
}

/// A user as the sign-in answers describe one: without an id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Profile {
    /// The name for signing in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The name for showing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// The roles in the tenant.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// An access token and the refresh token that renews it once. Serializing it writes the real tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// The access token: a JWT, valid for some hours.
    #[serde(rename = "token", serialize_with = "on_the_wire")]
    pub access: SecretString,
    /// The refresh token: good for one refresh, valid for 30 days.
    #[serde(rename = "refreshToken", serialize_with = "on_the_wire")]
    pub refresh: SecretString,
}

/// Who signed in, with tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignedInOAuth {
    /// The tokens of the session.
    #[serde(flatten)]
    pub tokens: Tokens,
    /// Who signed in.
    #[serde(flatten)]
    pub signed_in: SignedInUser,
}

/// The next tokens of a session. The refresh token before is used up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refreshed {
    /// The access token.
    #[serde(rename = "token", serialize_with = "on_the_wire")]
    pub access: SecretString,
    /// The refresh token from now on; absent when the one before stays good (RFC 6749 §6).
    #[serde(rename = "refreshToken", default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub refresh: Option<SecretString>,
    /// The user: only e-mail address and roles.
    #[serde(default)]
    pub user: Profile,
}

impl Refreshed {
    /// The tokens of the session from now on, when these were the ones before.
    #[must_use]
    pub fn after(self, before: &Tokens) -> Tokens {
        Tokens { access: self.access, refresh: self.refresh.unwrap_or_else(|| before.refresh.clone()) }
    }
}

/// The next cookie of a session; it is in the `Set-Cookie` header of the same answer as well. Serializing it writes the
/// real cookie.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RefreshedCookie {
    /// The value of the cookie.
    #[serde(serialize_with = "on_the_wire")]
    pub cookie_token: SecretString,
    /// The user.
    #[serde(default)]
    pub user: Profile,
    /// The workspace the session is in.
    #[serde(default)]
    pub workspace: Option<ActiveWorkspace>,
}

/// Who signed in through a provider. The session itself is in the `Set-Cookie` header of the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallbackSession {
    /// The user: what a client may know of the record that the server sends.
    pub user: CallbackUser,
    /// The workspace the session is in: only its id.
    #[serde(default)]
    pub workspace: Option<ActiveWorkspace>,
}

/// A user as the callback describes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallbackUser {
    /// `_id`.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    /// The rest.
    #[serde(flatten)]
    pub profile: Profile,
}
