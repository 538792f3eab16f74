//! Keys by which a server recognises a request that it has seen before.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest key, in characters.
const LONGEST: usize = 255;

/// A key by which a server recognises a request that it has seen before, so that it acts once: an `Idempotency-Key`.
///
/// A field `Option<IdempotencyKey>` that is marked `idempotency_key` makes an endpoint repeatable. `None` is drawn by the
/// client when the call is made, and kept for its attempts. A program that repeats a call after a crash keeps a key of its
/// own beside the work.
///
/// A key is 1 to 255 visible characters of ASCII. It is no secret, and is sent as it is: an API that asks for quotes around it,
/// as the draft of the IETF does, gets a key with quotes.
///
/// ```
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::{Endpoint, IdempotencyKey, RequestSnapshot};
///
/// #[derive(Endpoint)]
/// #[endpoint(POST, "/v1/charges", auth = SignedIn)]
/// struct Charge {
///     #[endpoint(idempotency_key)]
///     key: Option<IdempotencyKey>,
///     amount: u32,
/// }
///
/// assert!(Charge::IDEMPOTENT);
/// let order: IdempotencyKey = "order-7".parse()?;
/// let request = RequestSnapshot::of(&Charge { key: Some(order), amount: 100 })?.to_string();
/// assert!(request.contains("idempotency-key: order-7\n"));
/// assert!("order 7".parse::<IdempotencyKey>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A key of 16 random bytes: a UUID of version 4.
    ///
    /// ```
    /// use qelos_spec::IdempotencyKey;
    ///
    /// let random = [0xff; 16]; // 16 random bytes
    /// assert_eq!(IdempotencyKey::from_random(random).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    /// ```
    #[must_use]
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        // The version, and the variant of RFC 9562.
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = format!("{:032x}", u128::from_be_bytes(bytes));
        Self([&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
    }

    /// The key as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = InvalidIdempotencyKey;

    fn try_from(text: String) -> Result<Self, InvalidIdempotencyKey> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_visible && (1..=LONGEST).contains(&text.len()) { Ok(Self(text)) } else { Err(InvalidIdempotencyKey(())) }
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

/// A text is no [`IdempotencyKey`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidIdempotencyKey(());

impl Display for InvalidIdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an idempotency key is 1 to {LONGEST} visible characters of ASCII")
    }
}

impl std::error::Error for InvalidIdempotencyKey {}

/// The value of a field that is marked `idempotency_key`.
#[diagnostic::on_unimplemented(
    message = "a field marked `idempotency_key` holds an `Option<IdempotencyKey>`, not `{Self}`",
    label = "not an `Option<IdempotencyKey>`",
    note = "`None` is drawn by the client when the call is made; a key of your own is `Some(text.parse()?)`"
)]
pub trait KeyValue: Sized {
    /// The key, if there is one.
    fn key(&self) -> Option<&IdempotencyKey>;

    /// The value of a request with this key, or without one.
    fn of(key: Option<IdempotencyKey>) -> Self;
}

impl KeyValue for Option<IdempotencyKey> {
    fn key(&self) -> Option<&IdempotencyKey> {
        self.as_ref()
    }

    fn of(key: Option<IdempotencyKey>) -> Self {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_of_a_bounded_length() {
        let longest = "k".repeat(LONGEST);
        for good in ["1", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted\"", &longest] {
            assert_eq!(good.parse::<IdempotencyKey>().unwrap().as_str(), good);
        }
        for odd in ["", " ", "a b", "a\n", "ä", &format!("{longest}k")] {
            assert!(odd.parse::<IdempotencyKey>().is_err(), "{odd}");
        }
    }

    #[test]
    fn a_stored_key_is_checked_when_it_is_read() {
        let key: IdempotencyKey = serde_json::from_str("\"order-7\"").unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"order-7\"");
        assert!(serde_json::from_str::<IdempotencyKey>("\"order 7\"").is_err());
    }

    #[test]
    fn drawn_keys_are_uuids() {
        assert_eq!(IdempotencyKey::from_random([0; 16]).as_str(), "00000000-0000-4000-8000-000000000000");
        let bytes = std::array::from_fn(|place| u8::try_from(place).unwrap() * 0x11);
        assert_eq!(IdempotencyKey::from_random(bytes).as_str(), "00112233-4455-4677-8899-aabbccddeeff");
    }
}
