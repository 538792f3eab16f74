//! Names that the server writes in a form of its own. They are converted when they are written or read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serializer, ser};

/// User names. The server stores them trimmed and in lower case, but compares them exactly when a user signs in.
pub(crate) mod username {
    use super::{Deserialize, Deserializer, Serializer, write};

    pub(crate) fn serialize<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
        write(&name.to_lowercase(), serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

/// Names that people choose: any text that is not blank.
pub(crate) mod label {
    use super::{Deserialize, Deserializer, Serializer, write};

    pub(crate) fn serialize<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
        write(name, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

fn write<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match name.trim() {
        "" => Err(ser::Error::custom("it is empty")),
        name => serializer.serialize_str(name),
    }
}

/// The characters that `encodeURIComponent` keeps, besides letters and digits.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Names that are percent-encoded in sessions and plain in other responses.
///
/// A name is decoded if encoding the result gives the same text again. A plain name with a literal `%20` looks like an
/// encoded one and is decoded too.
pub(crate) fn decoded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if !name.contains('%') {
        return Ok(name);
    }
    let Ok(plain) = percent_decode_str(&name).decode_utf8() else { return Ok(name) };
    let mut encoded = utf8_percent_encode(&plain, COMPONENT);
    if encoded.try_fold(&*name, |rest, piece| rest.strip_prefix(piece)) != Some("") {
        return Ok(name);
    }
    Ok(plain.into_owned())
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn names_are_decoded_when_they_were_encoded() {
        let read = |name: &str| decoded(serde_json::Value::from(name)).unwrap();
        assert_eq!(read("Acme%20Caf%C3%A9"), "Acme Café");
        for plain in ["", "Acme", "Acme Café", "100% sure", "50%20", "a%2fb", "a%2Fb c", "a%2", "%ff", "it's (fine)!"]
        {
            let expected = if plain == "50%20" { "50 " } else { plain };
            assert_eq!(read(plain), expected, "{plain}");
        }
    }
}
