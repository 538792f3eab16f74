//! Credentials in recorded text: finds them, and reads their claims.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The claims of a JSON web token; `None` if the text is not one.
pub(crate) fn claims(text: &str) -> Option<Value> {
    let mut parts = text.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !header.starts_with("eyJ") || signature.is_empty() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// The first credential in a text: a JSON web token, or 64 hexadecimal digits with or without `ql_`.
pub(crate) fn find(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.split(|c: char| !is_part(c)).find(|word| claims(word).is_some() || is_api_token(word))
}

fn is_api_token(word: &str) -> bool {
    let digits = word.strip_prefix("ql_").unwrap_or(word);
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
