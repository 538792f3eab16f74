//! The tokens of a session: JSON web tokens, signed with HMAC-SHA256.
//!
//! Access tokens and session cookies share one secret, refresh tokens have another, so that one kind is never accepted
//! as the other. Records are not looked at here: a token is good if it is signed and has not expired.

use std::fmt::Write as _;
use std::time::Duration;

use qelos_spec::{Timestamp, UserId, WorkspaceId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::jwt;
pub(super) use crate::jwt::unix_seconds;

/// The secret that signs a token.
#[derive(Debug, Clone, Copy)]
pub(super) enum Secret {
    /// Access tokens and session cookies. A test can replace the secret, which counts its generations.
    Session { generation: u64 },
    /// Refresh tokens.
    Refresh,
}

impl Secret {
    /// These secrets need no protection: only this fake accepts what they sign.
    fn key(self) -> String {
        match self {
            Self::Session { generation: 0 } => "the session secret of FakeQelos".to_owned(),
            Self::Session { generation } => format!("session secret {generation} of FakeQelos"),
            Self::Refresh => "the refresh secret of FakeQelos".to_owned(),
        }
    }
}

/// The claims of an access token or a session cookie. The order of the fields is the one on the wire.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claims {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) workspace: Option<ClaimedWorkspace>,
    pub(super) sub: UserId,
    pub(super) tenant: String,
    /// Missing in the cookie of an activated workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) full_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_name: Option<String>,
    pub(super) roles: Vec<String>,
    /// A JSON value, because a picture that was removed is `null` and one that never was is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) profile_image: Option<Value>,
    /// Only in cookies: names the session record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token_identifier: Option<String>,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

/// The workspace inside [`Claims`]: after a refresh only its id and an empty name.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ClaimedWorkspace {
    #[serde(rename = "_id")]
    pub(super) id: WorkspaceId,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) roles: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) labels: Option<Vec<String>>,
}

/// The claims of a refresh token.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefreshClaims {
    pub(super) sub: UserId,
    pub(super) tenant: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) token_identifier: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

/// The whole seconds of a lifetime, which tokens and cookies count.
pub(super) fn whole_seconds(lifetime: Duration) -> i64 {
    i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)
}

/// Writes a token.
pub(super) fn sign(claims: &impl Serialize, secret: Secret) -> String {
    jwt::sign(claims, secret.key().as_bytes())
}

/// The user that a token names. It is not verified yet: the user decides which secret must have signed the token.
pub(super) fn claimed_user(token: &str) -> Option<UserId> {
    jwt::unverified(token)?.get("sub")?.as_str()?.parse().ok()
}

/// Reads a token; `None` when it is not signed with this secret, has expired, or has other claims.
pub(super) fn verify<C: DeserializeOwned>(token: &str, secret: Secret, now: Timestamp) -> Option<C> {
    serde_json::from_value(jwt::verified(token, secret.key().as_bytes(), now)?).ok()
}

/// Percent-encodes a name the way the server does before it signs it; text that is encoded already stays as it is.
pub(super) fn encode_name(name: &str) -> String {
    if is_encoded(name) { name.to_owned() } else { percent_encode(name) }
}

/// Whether the text is the `encodeURIComponent` of another one.
fn is_encoded(text: &str) -> bool {
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let mut byte = *first;
        if byte == b'%' {
            let Some((digits, tail)) = rest.split_at_checked(2) else { return false };
            let Some(value) = std::str::from_utf8(digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
                return false;
            };
            (byte, rest) = (value, tail);
        }
        decoded.push(byte);
    }
    String::from_utf8(decoded).is_ok_and(|decoded| percent_encode(&decoded) == text)
}

/// `encodeURIComponent` of JavaScript.
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_with_another_secret_is_refused() {
        let token = sign(&serde_json::json!({ "exp": 10 }), Secret::Session { generation: 0 });
        let verified = |secret| verify::<Value>(&token, secret, Timestamp::from_unix_millis(9_999)).is_some();
        assert!(verified(Secret::Session { generation: 0 }));
        assert!(!verified(Secret::Session { generation: 1 }) && !verified(Secret::Refresh));
    }

    #[test]
    fn names_are_encoded_once() {
        assert_eq!(encode_name("Acme Café"), "Acme%20Caf%C3%A9");
        assert_eq!(encode_name("Acme%20Caf%C3%A9"), "Acme%20Caf%C3%A9");
        assert_eq!(encode_name("100%"), "100%25");
        assert_eq!(encode_name("O'Neill (Jr.)"), "O'Neill%20(Jr.)");
    }
}
