//! JSON web tokens that are signed with HMAC-SHA256: those that a plugin issues, and those of the embedded Qelos.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use qelos_spec::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sha2::Sha256;

/// `{"alg":"HS256","typ":"JWT"}`: the only header there is, so that no token can choose its algorithm.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// Seconds since 1970, as `iat` and `exp` count.
pub(crate) fn unix_seconds(time: Timestamp) -> i64 {
    time.unix_millis().div_euclid(1000)
}

/// Writes a token.
pub(crate) fn sign(claims: &impl Serialize, key: &[u8]) -> String {
    // Claims are structs and maps with text keys, which always have a JSON form.
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    let message = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = hmac(key).map(|hmac| hmac.chain_update(&message).finalize().into_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap_or_default()))
}

/// The claims of a token; `None` when it is not signed with this key, or has expired. The signature is compared in
/// constant time.
pub(crate) fn verified(token: &str, key: &[u8], now: Timestamp) -> Option<Value> {
    let (message, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    hmac(key)?.chain_update(message).verify_slice(&signature).ok()?;
    let claims = read(message)?;
    (unix_seconds(now) < claims.get("exp")?.as_i64()?).then_some(claims)
}

/// The claims of a token that is not verified yet.
#[cfg(feature = "testing")]
pub(crate) fn unverified(token: &str) -> Option<Value> {
    let (message, _signature) = token.rsplit_once('.')?;
    read(message)
}

/// The claims in the signed part of a token.
fn read(message: &str) -> Option<Value> {
    let claims = message.strip_prefix(HEADER)?.strip_prefix('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Keys of any length are good for HMAC.
fn hmac(key: &[u8]) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(key).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix_millis(second * 1000 + 999)
    }

    #[test]
    fn a_token_is_good_before_the_second_of_its_expiry() {
        let token = sign(&json!({ "sub": "a", "exp": 10 }), b"key");
        assert_eq!(verified(&token, b"key", at(9)), Some(json!({ "sub": "a", "exp": 10 })));
        assert_eq!(verified(&token, b"key", at(10)), None);
        assert_eq!(verified(&sign(&json!({ "sub": "a" }), b"key"), b"key", at(9)), None, "it has no expiry");
    }

    #[test]
    fn a_token_with_another_key_algorithm_or_content_is_refused() {
        let token = sign(&json!({ "exp": 10 }), b"key");
        assert_eq!(verified(&token, b"other", at(9)), None);
        let signature = token.rsplit_once('.').unwrap().1;
        let other = sign(&json!({ "exp": 11 }), b"other");
        let forged = format!("{}.{signature}", other.rsplit_once('.').unwrap().0);
        assert_eq!(verified(&forged, b"key", at(9)), None);
        // The same claims under `{"alg":"none"}`, without a signature and with that of HS256.
        let none = format!("eyJhbGciOiJub25lIn0.{}", token.split('.').nth(1).unwrap());
        let signed = hmac(b"key").unwrap().chain_update(&none).finalize().into_bytes();
        for token in [format!("{none}."), format!("{none}.{}", URL_SAFE_NO_PAD.encode(signed)), "garbage".to_owned()] {
            assert_eq!(verified(&token, b"key", at(9)), None, "{token}");
        }
    }

    #[test]
    fn the_signature_is_that_of_other_implementations() {
        // Checked against another implementation of HS256.
        let token = sign(&json!({ "exp": 10 }), b"the session secret of FakeQelos");
        assert_eq!(
            token,
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjEwfQ.TPZAnla9ud-FIVTnyq7w6NuP1b0Q3hOOPgcD6EQZ_No"
        );
    }
}
