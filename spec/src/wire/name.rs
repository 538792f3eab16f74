//! Texts that the server takes only in one form: checked and brought into it when they are written.

use serde::{Deserialize, Deserializer, Serializer, ser};

/// User names: the server stores them trimmed and in lower case, and then tells upper from lower case when signing in.
pub(crate) mod username {
    use super::{Deserialize, Deserializer, Serializer, write};

    pub(crate) fn serialize<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
        write(&name.to_lowercase(), serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

/// Names that people give: anything but nothing.
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
