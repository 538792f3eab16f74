//! What a list of entities is asked for: filters, order, pages, related entities.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use crate::timestamp::Timestamp;
use crate::wire::Scope;

/// The parameter that decides whether the server repeats the properties of an entity beside its own fields.
const COPIES: &str = "$flat";
const SORT: &str = "$sort";
const LIMIT: &str = "$limit";
const PAGE: &str = "$page";

/// Filters, order and pages of a list of entities, and the related entities in it.
///
/// The names of properties are sent as they are given, so that they can be those of any blueprint. A property that the
/// blueprint does not have matches nothing.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::{EntityQuery, ListEntities};
///
/// let query = EntityQuery::new()
///     .equal("color", "red")
///     .at_least("price", 10)
///     .less_than("price", 20)
///     .newest_first()
///     .limit(5)
///     .populated();
/// let list = ListEntities::<serde_json::Value>::new("car", query);
/// assert_eq!(
///     list.encode()?.target(),
///     "/api/blueprints/car/entities?color=red&price%5B%24gte%5D=10&price%5B%24lt%5D=20\
///      &%24sort=-created&%24limit=5&%24populate=true&%24flat=true",
/// );
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityQuery {
    parameters: Vec<(String, String)>,
    copies: bool,
    /// A property that is one of no texts. No entity has one, and without a parameter all would be found.
    one_of_none: Option<String>,
}

/// A value that a property is compared with: a text, an integer, a boolean or a moment.
///
/// Decimals are none: the server cuts them, so that `20.5` would ask for 20.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterValue(String);

macro_rules! filter_values {
    ($($type:ty)*) => {$(
        impl From<$type> for FilterValue {
            fn from(value: $type) -> Self {
                Self(value.to_string())
            }
        }
    )*};
}

filter_values! { &str String &String bool i8 i16 i32 i64 u8 u16 u32 u64 usize Timestamp &Timestamp }

impl Default for EntityQuery {
    /// All entities that the caller may see.
    fn default() -> Self {
        Self { parameters: Vec::new(), copies: true, one_of_none: None }
    }
}

impl EntityQuery {
    /// All entities that the caller may see, the oldest first.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The property has this value, or contains it if the property is a list.
    #[must_use]
    #[doc(alias = "where")]
    pub fn equal(self, property: &str, value: impl Into<FilterValue>) -> Self {
        self.parameter(property, value.into().0)
    }

    /// The property has another value. For a boolean, [`equal`](Self::equal) says it: the server reads each boolean in this
    /// place as `false`, and finds all entities that are not.
    #[must_use]
    pub fn not_equal(self, property: &str, value: impl Into<FilterValue>) -> Self {
        self.compared(property, "$ne", value)
    }

    /// The property is greater.
    #[must_use]
    pub fn greater_than(self, property: &str, value: impl Into<FilterValue>) -> Self {
        self.compared(property, "$gt", value)
    }

    /// The property is greater or equal.
    #[must_use]
    pub fn at_least(self, property: &str, value: impl Into<FilterValue>) -> Self {
        self.compared(property, "$gte", value)
    }

    /// The property is less.
    #[must_use]
    pub fn less_than(self, property: &str, value: impl Into<FilterValue>) -> Self {
        self.compared(property, "$lt", value)
    }

    /// The property is less or equal.
    #[must_use]
    pub fn at_most(self, property: &str, value: impl Into<FilterValue>) -> Self {
        self.compared(property, "$lte", value)
    }

    /// The property is one of these texts. The server compares numbers as texts here, and finds none. It reads at most 21
    /// texts, and fails for more. A request for one of no texts is refused before it is sent.
    #[must_use]
    pub fn one_of<'v>(self, property: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return Self { one_of_none: Some(property.to_owned()), ..self };
        }
        values.enumerate().fold(self, |query, (at, value)| query.parameter(&format!("{property}[$in][{at}]"), value))
    }

    /// The property matches this regular expression, whatever the case of its letters.
    #[must_use]
    pub fn matching(self, property: &str, pattern: &str) -> Self {
        self.compared(property, "$regex", pattern)
    }

    /// One of the first three required texts of the blueprint matches this regular expression.
    #[must_use]
    pub fn containing(self, pattern: &str) -> Self {
        self.parameter("$q", pattern)
    }

    /// One of these properties matches the regular expression.
    #[must_use]
    pub fn containing_in<'p>(self, properties: impl IntoIterator<Item = &'p str>, pattern: &str) -> Self {
        let properties: Vec<_> = properties.into_iter().collect();
        self.containing(pattern).parameter("$qProps", properties.join(","))
    }

    /// The smallest value of this property first, behind the orders that were given before. The server ignores a property
    /// that the blueprint does not have.
    #[must_use]
    #[doc(alias = "sort")]
    pub fn ascending(self, property: &str) -> Self {
        self.listed(SORT, " ", format!("metadata.{property}"))
    }

    /// The largest value of this property first, behind the orders that were given before.
    #[must_use]
    pub fn descending(self, property: &str) -> Self {
        self.listed(SORT, " ", format!("-metadata.{property}"))
    }

    /// The newest entity first, behind the orders that were given before.
    #[must_use]
    pub fn newest_first(self) -> Self {
        self.listed(SORT, " ", "-created".to_owned())
    }

    /// At most this many entities. Without it there is no limit.
    #[must_use]
    pub fn limit(self, limit: u32) -> Self {
        self.only(LIMIT, limit.to_string())
    }

    /// This page, of as many entities as [`limit`](Self::limit) says, or of 1000. The first page is 1.
    #[must_use]
    #[doc(alias = "skip")]
    pub fn page(self, page: u32) -> Self {
        self.only(PAGE, page.to_string())
    }

    /// The page that it asks for, if it asks for one.
    pub(crate) fn asked_page(&self) -> Option<u32> {
        self.parameters.iter().find(|(name, _)| name == PAGE)?.1.parse().ok()
    }

    /// With the name of the user and the workspace ([`Owner::Populated`](crate::wire::Owner)), and with the related
    /// entities in place of their identifiers: the type of the properties has to hold them.
    #[must_use]
    pub fn populated(self) -> Self {
        self.only("$populate", "true".to_owned())
    }

    /// With the entities of another blueprint that are related to each one, under this name in
    /// [`Entity::more`](crate::wire::Entity::more): those of the user, of the workspace or of the tenant.
    #[must_use]
    pub fn with_related(self, name: &str, blueprint: &str, scope: &Scope) -> Self {
        self.listed("$outerPopulate", ",", format!("{name}:{blueprint}:{scope}"))
    }

    /// Without copies of the properties beside the fields of the server: for blueprints with a property that is called
    /// like one of them. The server calls this form deprecated.
    #[must_use]
    pub fn without_copies(self) -> Self {
        Self { copies: false, ..self }
    }

    /// Any parameter. The server fails with 500 for a name with `$` that it does not know.
    #[must_use]
    #[doc(alias = "select")]
    pub fn parameter(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.push((name.to_owned(), value.into()));
        self
    }

    /// One value under this name: the last one that was given.
    fn only(mut self, name: &str, value: String) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self.parameter(name, value)
    }

    /// A list under this name.
    fn listed(mut self, name: &str, separator: &str, value: String) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => {
                *values += separator;
                *values += &value;
                self
            }
            None => self.parameter(name, value),
        }
    }

    fn compared(self, property: &str, operator: &str, value: impl Into<FilterValue>) -> Self {
        self.parameter(&format!("{property}[{operator}]"), value.into().0)
    }
}

/// The parameters in their order, each name once.
impl Serialize for EntityQuery {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(property) = &self.one_of_none {
            let reason = format_args!("no entity has a `{property}` that is one of no texts: leave the call out");
            return Err(ser::Error::custom(reason));
        }
        let mut map = serializer.serialize_map(Some(self.parameters.len() + 1))?;
        for (name, value) in &self.parameters {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry(COPIES, if self.copies { "true" } else { "false" })?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for EntityQuery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut parameters, mut copies) = (deserializer.deserialize_map(Parameters)?, true);
        parameters.retain(|(name, value)| {
            let is_ours = name == COPIES;
            if is_ours {
                copies = !matches!(value.as_str(), "false" | "0");
            }
            !is_ours
        });
        Ok(Self { parameters, copies, one_of_none: None })
    }
}

/// The filters of a chart. The server compares texts only: a number never matches.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::{ChartFilter, ChartsCount};
///
/// let filter = ChartFilter::new().equal("color", "red");
/// let count = ChartsCount { blueprint: "car".to_owned(), filter };
/// assert_eq!(count.encode()?.target(), "/api/blueprints/car/charts/count?metadata.color=red");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartFilter(Vec<(String, String)>);

impl ChartFilter {
    /// All entities that the caller may see.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The property has this text.
    #[must_use]
    pub fn equal(self, property: &str, text: &str) -> Self {
        self.parameter(&format!("metadata.{property}"), text)
    }

    /// Any parameter. The server sends no response for `$sort` and `$limit`.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

impl Serialize for ChartFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for ChartFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Parameters).map(Self)
    }
}

/// Reads parameters in their order.
struct Parameters;

impl<'de> Visitor<'de> for Parameters {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parameters = Vec::new();
        while let Some(parameter) = map.next_entry()? {
            parameters.push(parameter);
        }
        Ok(parameters)
    }
}
