//! The tokens of a session: JSON web tokens, signed with HMAC-SHA256.
//!
//! Access tokens and session cookies share one secret, refresh tokens have another, so that one kind is never accepted
//! as the other. Records are not looked at here: a token is good if it is signed and has not expired.

use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use qelos_spec::{Timestamp, UserId, WorkspaceId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

/// `{"alg":"HS256","typ":"JWT"}`: the only header there is, so that no token can choose its algorithm.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

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
    fn hmac(self) -> Option<Hmac<Sha256>> {
        let key = match self {
            Self::Session { generation: 0 } => "the session secret of FakeQelos".to_owned(),
            Self::Session { generation } => format!("session secret {generation} of FakeQelos"),
            Self::Refresh => "the refresh secret of FakeQelos".to_owned(),
        };
        Hmac::new_from_slice(key.as_bytes()).ok()
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

/// Seconds since 1970, as `iat` and `exp` count.
pub(super) fn unix_seconds(time: Timestamp) -> i64 {
    time.unix_millis().div_euclid(1000)
}

/// The whole seconds of a lifetime, which tokens and cookies count.
pub(super) fn whole_seconds(lifetime: Duration) -> i64 {
    i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)
}

/// Writes a token.
pub(super) fn sign(claims: &impl Serialize, secret: Secret) -> String {
    // Claims are structs and maps with text keys, which always have a JSON form.
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    let message = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = secret.hmac().map(|hmac| hmac.chain_update(&message).finalize().into_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap_or_default()))
}

/// The user that a token names. It is not verified yet: the user decides which secret must have signed the token.
pub(super) fn claimed_user(token: &str) -> Option<UserId> {
    let (message, _signature) = token.rsplit_once('.')?;
    read_claims(message)?.get("sub")?.as_str()?.parse().ok()
}

/// Reads a token; `None` when it is not signed with this secret, has expired, or has other claims.
pub(super) fn verify<C: DeserializeOwned>(token: &str, secret: Secret, now: Timestamp) -> Option<C> {
    let (message, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    secret.hmac()?.chain_update(message).verify_slice(&signature).ok()?;
    let claims = read_claims(message)?;
    let expires = claims.get("exp")?.as_i64()?;
    if unix_seconds(now) >= expires {
        return None;
    }
    serde_json::from_value(claims).ok()
}

/// The claims in the signed part of a token.
fn read_claims(message: &str) -> Option<Value> {
    let claims = message.strip_prefix(HEADER)?.strip_prefix('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
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

    const SESSION: Secret = Secret::Session { generation: 0 };

    fn claims(exp: i64) -> Value {
        serde_json::json!({ "sub": "6b01d2e3627f2972a3745d60", "exp": exp })
    }

    fn verified(token: &str, secret: Secret) -> Option<Value> {
        verify(token, secret, Timestamp::from_unix_millis(9_999))
    }

    #[test]
    fn a_token_is_good_before_the_second_of_its_expiry() {
        assert!(verified(&sign(&claims(10), SESSION), SESSION).is_some());
        assert!(verified(&sign(&claims(9), SESSION), SESSION).is_none());
    }

    #[test]
    fn a_token_with_another_secret_or_content_is_refused() {
        let token = sign(&claims(10), SESSION);
        assert!(verified(&token, Secret::Refresh).is_none());
        assert!(verified(&token, Secret::Session { generation: 1 }).is_none());
        let (_, signature) = token.rsplit_once('.').unwrap();
        let (forged, _) =
            sign(&claims(11), Secret::Refresh).rsplit_once('.').map(|(a, b)| (a.to_owned(), b.len())).unwrap();
        assert!(verified(&format!("{forged}.{signature}"), SESSION).is_none());
        assert!(verified("garbage", SESSION).is_none());
    }

    #[test]
    fn the_signature_is_that_of_other_implementations() {
        // Checked against another implementation of HS256.
        let token = sign(&serde_json::json!({ "exp": 10 }), SESSION);
        assert_eq!(
            token,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjEwfQ.TPZAnla9ud-FIVTnyq7w6NuP1b0Q3hOOPgcD6EQZ_No"
        );
    }

    #[test]
    fn names_are_encoded_once() {
        assert_eq!(encode_name("Acme Café"), "Acme%20Caf%C3%A9");
        assert_eq!(encode_name("Acme%20Caf%C3%A9"), "Acme%20Caf%C3%A9");
        assert_eq!(encode_name("100%"), "100%25");
        assert_eq!(encode_name("O'Neill (Jr.)"), "O'Neill%20(Jr.)");
    }
}
