//! The tokens that an authorization server issues.

use std::time::Duration;

use qelos_spec::SecretString;
use qelos_spec::secret::on_the_wire;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::auth::Proof;
use crate::error::Error;
use crate::session::{Life, SessionTokens};

/// The tokens of a response (RFC 6749 §5.1). Serializing it writes the real tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OAuth2Tokens {
    /// The access token.
    #[serde(serialize_with = "on_the_wire")]
    pub access_token: SecretString,
    /// The type of the access token: `Bearer`. The client cannot send a token of another type.
    #[serde(default = "bearer")]
    pub token_type: String,
    /// How many seconds the access token is good, from its arrival.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "seconds")]
    pub expires_in: Option<u64>,
    /// The refresh token, if the server has issued one.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "on_the_wire")]
    pub refresh_token: Option<SecretString>,
    /// What the access token allows, if it is not what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// For servers that leave the type out.
fn bearer() -> String {
    "Bearer".to_owned()
}

/// A number of seconds, which some servers send as text.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Number(u64),
        Text(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(Seconds::Number(number)) => Ok(Some(number)),
        Some(Seconds::Text(text)) => {
            text.parse().map(Some).map_err(|_| D::Error::custom("`expires_in` is not a number of seconds"))
        }
    }
}

impl SessionTokens for OAuth2Tokens {
    fn access(&self) -> &SecretString {
        &self.access_token
    }

    fn refresh(&self) -> Option<&SecretString> {
        self.refresh_token.as_ref()
    }
}

impl OAuth2Tokens {
    /// An access token of the type `Bearer`, and nothing else.
    ///
    /// ```
    /// use qelos_client::SecretString;
    /// use qelos_client::oauth2::OAuth2Tokens;
    ///
    /// let mut tokens = OAuth2Tokens::new(SecretString::from("at-1"));
    /// tokens.refresh_token = Some(SecretString::from("rt-1"));
    /// assert_eq!(tokens.token_type, "Bearer");
    /// ```
    #[must_use]
    pub fn new(access_token: SecretString) -> Self {
        Self { access_token, token_type: bearer(), expires_in: None, refresh_token: None, scope: None }
    }

    pub(super) fn life(&self) -> Life {
        self.expires_in.map_or(Life::UNKNOWN, |seconds| Life::lasting(Duration::from_secs(seconds)))
    }

    pub(super) fn proof(&self) -> Result<Proof, Error> {
        if self.token_type.eq_ignore_ascii_case("bearer") {
            return Proof::bearer(&self.access_token);
        }
        Err(Error::credential("the server has issued an access token of another type than `Bearer`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<OAuth2Tokens, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_response_may_leave_out_all_but_the_access_token() {
        let tokens = read(r#"{"access_token":"a"}"#).unwrap();
        assert_eq!((tokens.token_type.as_str(), tokens.expires_in, tokens.scope), ("Bearer", None, None));
        assert!(tokens.refresh_token.is_none());
        let seconds = |json: &str| read(json).map(|tokens| tokens.expires_in).ok();
        assert_eq!(seconds(r#"{"access_token":"a","expires_in":3600}"#), Some(Some(3600)));
        assert_eq!(seconds(r#"{"access_token":"a","expires_in":"3600"}"#), Some(Some(3600)));
        assert_eq!(seconds(r#"{"access_token":"a","expires_in":null}"#), Some(None));
        assert_eq!(seconds(r#"{"access_token":"a","expires_in":"soon"}"#), None);
    }

    #[test]
    fn a_token_of_another_type_is_not_sent() {
        let tokens = read(r#"{"access_token":"hunter2","token_type":"mac"}"#).unwrap();
        let error = tokens.proof().unwrap_err();
        assert!(error.to_string().contains("another type than `Bearer`") && !error.to_string().contains("hunter2"));
        assert!(read(r#"{"access_token":"a","token_type":"BEARER"}"#).unwrap().proof().is_ok());
    }

    #[test]
    fn a_store_reads_the_tokens_that_it_has_written() {
        let all = r#"{"access_token":"a","token_type":"bearer","expires_in":1,"refresh_token":"r","scope":"read"}"#;
        assert_eq!(serde_json::to_string(&read(all).unwrap()).unwrap(), all);
    }
}
