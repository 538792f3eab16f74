//! Ids of the server: 24 hexadecimal digits, checked before a request is sent.
//!
//! The server responds to a malformed id with status 500, and text in a path could name another resource. So an id is a
//! type of its own, and only well-formed text becomes one.

use std::fmt;

use serde::de::{self, Visitor};

/// The text is not an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    kind: &'static str,
    given: String,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not the id of {}: an id is 24 hexadecimal digits", self.given, self.kind)
    }
}

impl std::error::Error for InvalidId {}

impl InvalidId {
    /// The message about a response of a server. It does not repeat the value.
    fn without_value(&self) -> String {
        format!("not the id of {}: an id is 24 hexadecimal digits", self.kind)
    }
}

fn parse(kind: &'static str, text: &str) -> Result<[u8; 24], InvalidId> {
    let refuse = || InvalidId { kind, given: text.chars().take(40).collect() };
    let digits: [u8; 24] = text.as_bytes().try_into().map_err(|_| refuse())?;
    if digits.iter().all(u8::is_ascii_hexdigit) {
        Ok(digits.map(|digit| digit.to_ascii_lowercase()))
    } else {
        Err(refuse())
    }
}

/// Reads the digits of an id of this kind. The text is checked where it stands, without a copy.
struct Digits(&'static str);

impl Visitor<'_> for Digits {
    type Value = [u8; 24];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<[u8; 24], E> {
        parse(self.0, text).map_err(|error| E::custom(error.without_value()))
    }
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:literal;)*) => {$(
        $(#[doc = $doc])+
        ///
        /// ```
        #[doc = concat!("use qelos_spec::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id: ", stringify!($name), " = \"6b01d2eb627f2972a3746020\".parse().unwrap();")]
        /// assert_eq!(id.as_str(), "6b01d2eb627f2972a3746020");
        #[doc = concat!("assert!(\"../../workspaces/6b01\".parse::<", stringify!($name), ">().is_err());")]
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 24]);

        impl $name {
            /// The 24 digits, in lower case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                // `parse` accepts ASCII hexadecimal digits only.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse($kind, text).map(Self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Digits($kind)).map(Self)
            }
        }
    )*};
}

ids! {
    /// The id of a user.
    UserId: "a user";
    /// The id of a workspace.
    WorkspaceId: "a workspace";
    /// The id of a membership in a workspace. The user has another one.
    MembershipId: "a membership";
    /// The id of an invite to a workspace.
    InviteId: "an invite";
    /// The id of an API token. It is not the token itself, and not secret.
    ApiTokenId: "an API token";
}

#[cfg(feature = "blueprints")]
ids! {
    /// The id of a blueprint. Requests name a blueprint by its identifier.
    BlueprintId: "a blueprint";
    /// The id of a component.
    ComponentId: "a component";
}

#[cfg(feature = "content")]
ids! {
    /// The id of a block of content.
    BlockId: "a block";
    /// The id of a configuration. Requests name a configuration by its key.
    ConfigurationId: "a configuration";
    /// The id of a draft. Requests name a draft by what it is a draft of.
    DraftId: "a draft";
}

#[cfg(feature = "plugins")]
ids! {
    /// The id of an event that was logged.
    EventId: "an event";
    /// The id of a plugin.
    PluginId: "a plugin";
}

#[cfg(any(feature = "ai", feature = "plugins"))]
ids! {
    /// The id of an integration. An agent is an integration, and has such an id as well.
    IntegrationId: "an integration";
    /// The id of a source of integrations.
    SourceId: "a source of integrations";
}

#[cfg(feature = "payments")]
ids! {
    /// The id of a plan.
    PlanId: "a plan";
    /// The id of a subscription.
    SubscriptionId: "a subscription";
    /// The id of an invoice.
    InvoiceId: "an invoice";
    /// The id of a coupon. Users know a coupon by its code.
    CouponId: "a coupon";
}

#[cfg(feature = "ai")]
ids! {
    /// The id of a thread: a chat that is kept.
    ThreadId: "a thread";
    /// The id of a storage that a language model searches.
    VectorStoreId: "a vector store";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{BorrowedStrDeserializer, Error};
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "6b01d2eb627f2972a3746020";

    #[test]
    fn an_id_is_read_from_any_text() {
        let id: UserId = ID.parse().unwrap();
        assert_eq!(UserId::deserialize(IntoDeserializer::<Error>::into_deserializer(ID)), Ok(id));
        assert_eq!(UserId::deserialize(IntoDeserializer::<Error>::into_deserializer(ID.to_owned())), Ok(id));
        assert_eq!(UserId::deserialize(BorrowedStrDeserializer::<Error>::new(ID)), Ok(id));
        for json in [json!(ID), json!(ID.to_uppercase())] {
            assert_eq!(serde_json::from_str::<UserId>(&json.to_string()).unwrap(), id);
            assert_eq!(serde_json::from_reader::<_, UserId>(json.to_string().as_bytes()).unwrap(), id);
            assert_eq!(UserId::deserialize(&json).unwrap(), id);
            assert_eq!(serde_json::from_value::<UserId>(json).unwrap(), id);
        }
        assert_eq!(serde_json::from_str::<UserId>(r#""\u0036b01d2eb627f2972a3746020""#).unwrap(), id, "escaped");
        assert_eq!(serde_json::from_value::<BTreeMap<UserId, u8>>(json!({ID: 1})).unwrap()[&id], 1);
        assert_eq!(serde_json::from_value::<Option<UserId>>(Value::Null).unwrap(), None);
    }

    #[test]
    fn other_values_are_not_an_id_and_not_repeated() {
        let why = |json: Value| {
            let of_text = serde_json::from_str::<InviteId>(&json.to_string()).unwrap_err().to_string();
            let of_value = serde_json::from_value::<InviteId>(json).unwrap_err().to_string();
            assert!(of_text.starts_with(&of_value), "{of_text}, {of_value}");
            of_value
        };
        for text in ["", "6b01", "6b01d2eb627f2972a374602g", "6b01d2eb627f2972a37460200", " 6b01d2eb627f2972a374602"] {
            assert_eq!(why(json!(text)), "not the id of an invite: an id is 24 hexadecimal digits", "{text}");
        }
        let given = "6b01".parse::<InviteId>().unwrap_err().to_string();
        assert_eq!(given, r#""6b01" is not the id of an invite: an id is 24 hexadecimal digits"#);
        assert_eq!(why(json!(true)), "invalid type: boolean `true`, expected a string");
        assert_eq!(why(json!(null)), "invalid type: null, expected a string");
        assert_eq!(why(json!([ID])), "invalid type: sequence, expected a string");
        assert_eq!(why(json!({"_id": ID})), "invalid type: map, expected a string");
    }
}
