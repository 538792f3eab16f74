//! The claims in a token. They are not verified: only the server can do that.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qelos_spec::{ExposeSecret, SecretString, Timestamp};
use serde_json::{Map, Value};

/// The claims of a JSON web token. Each claim is read by itself: a malformed one does not hide the others.
#[derive(Default)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    /// `None` when the token is not a JSON web token.
    pub(crate) fn of(token: &SecretString) -> Option<Self> {
        let payload = token.expose_secret().split('.').nth(1)?;
        let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&json).ok().map(Self)
    }

    /// When the token was issued, on the clock of the server.
    pub(crate) fn issued_at(&self) -> Option<Timestamp> {
        self.millis("iat").map(Timestamp::from_unix_millis)
    }

    /// When the token expires, on the clock of the server.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        self.millis("exp").map(Timestamp::from_unix_millis)
    }

    /// How long the token lives. This is the same on every clock.
    pub(crate) fn life(&self) -> Option<Duration> {
        let life = self.millis("exp")?.checked_sub(self.millis("iat")?)?;
        u64::try_from(life).ok().map(Duration::from_millis)
    }

    /// The id of the user.
    pub(crate) fn subject(&self) -> Option<String> {
        self.0.get("sub")?.as_str().map(str::to_owned)
    }

    /// A claim, as it is.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A `NumericDate` (RFC 7519, section 2): seconds, which may have a fraction.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the cast saturates: all dates that are so far away mean the same"
    )]
    fn millis(&self, name: &str) -> Option<i64> {
        let date = self.0.get(name)?.as_number()?;
        let whole = date.as_i64().map(|seconds| seconds.saturating_mul(1000));
        whole.or_else(|| Some((date.as_f64()? * 1000.0).round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Claims {
        Claims::of(&format!("e30.{}.x", URL_SAFE_NO_PAD.encode(json)).into()).unwrap()
    }

    #[test]
    fn a_date_may_have_a_fraction() {
        let claims = claims(r#"{"iat":1000.25,"exp":1600.75}"#);
        assert_eq!(claims.issued_at(), Some(Timestamp::from_unix_millis(1_000_250)));
        assert_eq!(claims.expires_at(), Some(Timestamp::from_unix_millis(1_600_750)));
        assert_eq!(claims.life(), Some(Duration::from_millis(600_500)));
    }

    #[test]
    fn dates_that_are_too_large_saturate() {
        for far in ["9223372036854775807", "18446744073709551615", "1e300"] {
            let far = claims(&format!(r#"{{"exp":{far}}}"#)).expires_at();
            assert!(far.is_some_and(|far| far > Timestamp::from_unix_millis(4_000_000_000_000)), "{far:?}");
        }
    }

    #[test]
    fn a_malformed_claim_does_not_hide_the_others() {
        let claims = claims(r#"{"exp":"soon","iat":{},"sub":"u1","aud":"acme"}"#);
        assert_eq!((claims.expires_at(), claims.life()), (None, None));
        assert_eq!(claims.subject().as_deref(), Some("u1"));
        assert!(claims.get("aud").is_some());
        let malformed = self::claims(r#"{"exp":4000,"sub":7}"#);
        assert_eq!(malformed.subject(), None);
        assert_eq!(malformed.expires_at(), Some(Timestamp::from_unix_millis(4_000_000)));
    }

    #[test]
    fn other_tokens_have_no_claims() {
        for malformed in ["", "ql_1234", "a.b.c", "e30.W10.x"] {
            assert!(Claims::of(&malformed.into()).is_none(), "{malformed}");
        }
    }
}
