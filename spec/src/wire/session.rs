//! The responses to signing in and to renewing a session.

use serde::{Deserialize, Deserializer, Serialize};

use crate::id::UserId;
use crate::secret::{SecretString, on_the_wire};
use crate::wire::{ActiveWorkspace, object};

/// The envelope of the authentication endpoints: `{"payload": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Payload<T> {
    /// The content.
    pub payload: T,
}

impl<T> Payload<T> {
    /// The envelope of this content, for a server or a double of one.
    #[must_use]
    pub fn new(payload: T) -> Self {
        Self { payload }
    }
}

/// The user that signed in. The session itself is in the `Set-Cookie` header of the same response, or in tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignedInUser {
    /// The user.
    pub user: Profile,
    /// The workspace that the session is in: the one that was asked for, that of the last session, or the first. Absent
    /// if the user has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<ActiveWorkspace>,
}

/// A user in the responses to signing in: without an id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Profile {
    /// The name to sign in with.
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
    /// The name to show.
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
#[non_exhaustive]
pub struct Tokens {
    /// The access token: a JWT, valid for some hours.
    #[serde(rename = "token", serialize_with = "on_the_wire")]
    pub access: SecretString,
    /// The refresh token: valid for one renewal, within 30 days.
    #[serde(rename = "refreshToken", serialize_with = "on_the_wire")]
    pub refresh: SecretString,
}

impl Tokens {
    /// The tokens of a session that has begun elsewhere.
    #[must_use]
    pub fn new(access: SecretString, refresh: SecretString) -> Self {
        Self { access, refresh }
    }
}

/// The user that signed in, and the tokens.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SignedInOAuth {
    /// The tokens of the session.
    #[serde(flatten)]
    pub tokens: Tokens,
    /// The user that signed in.
    #[serde(flatten)]
    pub signed_in: SignedInUser,
}

impl<'de> Deserialize<'de> for SignedInOAuth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            token: SecretString,
            refresh_token: SecretString,
            user: Profile,
            workspace: Option<ActiveWorkspace>,
        }

        let Fields { token: access, refresh_token: refresh, user, workspace } =
            object::fields("SignedInOAuth", deserializer)?;
        Ok(Self { tokens: Tokens { access, refresh }, signed_in: SignedInUser { user, workspace } })
    }
}

/// The next tokens of a session. The refresh token before them is used up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refreshed {
    /// The access token.
    #[serde(rename = "token", serialize_with = "on_the_wire")]
    pub access: SecretString,
    /// The refresh token from now on; absent when the one before stays good (RFC 6749 §6).
    #[serde(rename = "refreshToken", default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub refresh: Option<SecretString>,
    /// The user, with e-mail address and roles only.
    #[serde(default)]
    pub user: Profile,
}

impl Refreshed {
    /// The tokens of the session after `before`.
    #[must_use]
    pub fn after(self, before: &Tokens) -> Tokens {
        Tokens { access: self.access, refresh: self.refresh.unwrap_or_else(|| before.refresh.clone()) }
    }
}

/// The next cookie of a session. The `Set-Cookie` header of the same response has it too. Serializing it writes the
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
    /// The workspace that the session is in.
    #[serde(default)]
    pub workspace: Option<ActiveWorkspace>,
}

/// The user that signed in through a provider. The session itself is in the `Set-Cookie` header of the same response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallbackSession {
    /// The user: the fields of the server's record that a client may know.
    pub user: CallbackUser,
    /// The workspace that the session is in, with its id only.
    #[serde(default)]
    pub workspace: Option<ActiveWorkspace>,
}

/// A user in the response to a callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CallbackUser {
    /// `_id`.
    #[serde(rename = "_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    /// The other fields.
    #[serde(flatten)]
    pub profile: Profile,
}

impl<'de> Deserialize<'de> for CallbackUser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            #[serde(rename = "_id")]
            id: Option<UserId>,
            username: Option<String>,
            email: Option<String>,
            first_name: Option<String>,
            last_name: Option<String>,
            name: Option<String>,
            full_name: Option<String>,
            #[serde(default)]
            roles: Vec<String>,
        }

        let Fields { id, username, email, first_name, last_name, name, full_name, roles } =
            object::fields("CallbackUser", deserializer)?;
        Ok(Self { id, profile: Profile { username, email, first_name, last_name, name, full_name, roles } })
    }
}
