//! Events, and the types that they are read as.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::response::{Content, DecodeBody, Unfit};
use crate::stream::error::StreamError;

/// An event that was read, borrowed from the buffers of its stream.
///
/// Its `Debug` shows the name, and the size of the data.
#[derive(Clone, Copy)]
pub struct EventRef<'e> {
    pub(crate) what: &'static str,
    pub(crate) name: &'e str,
    pub(crate) data: &'e str,
    pub(crate) id: &'e str,
}

impl<'e> EventRef<'e> {
    /// The name in the field `event`; `message` if the event has none.
    #[must_use]
    pub fn name(&self) -> &'e str {
        self.name
    }

    /// The data. The lines of several fields `data` are joined with line feeds.
    #[must_use]
    pub fn data(&self) -> &'e str {
        self.data
    }

    /// The last id that the stream has given, with this event or one before it; empty if it gave none.
    #[must_use]
    pub fn id(&self) -> &'e str {
        self.id
    }

    /// Reads the data as JSON.
    ///
    /// # Errors
    ///
    /// When the data is not JSON of this type. The error says where, and repeats no value.
    pub fn json<T: DeserializeOwned + 'static>(&self) -> Result<T, StreamError> {
        let json = self.data.as_bytes();
        T::from_json(json).map_err(|misfit| {
            let why = match misfit.why(&Content::of_body(json)) {
                Unfit::Empty => "it is empty".to_owned(),
                Unfit::Page => "it is an HTML page".to_owned(),
                Unfit::Unreadable(why) | Unfit::Other(why) => why,
            };
            StreamError::malformed_in(self.what, why)
        })
    }
}

impl fmt::Debug for EventRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRef")
            .field("name", &self.name)
            .field("data_bytes", &self.data.len())
            .finish_non_exhaustive()
    }
}

/// A type that [`Events`](crate::Events) can hold.
///
/// Each type that implements `serde::Deserialize` is one: it is read from the data as JSON, whatever the name of the
/// event. An enum by a field of the data is one with `#[serde(tag = "type")]`. Implement the trait for a type that
/// depends on the name of the event, and does not implement `Deserialize`:
///
/// ```
/// use qelos_spec::StreamError;
/// use qelos_spec::stream::{EventRef, FromEvent};
///
/// enum Change {
///     Added(u64),
///     Removed(u64),
/// }
///
/// impl FromEvent for Change {
///     fn from_event(event: &EventRef<'_>) -> Result<Option<Self>, StreamError> {
///         match event.name() {
///             "add" => event.json().map(Self::Added).map(Some),
///             "remove" => event.json().map(Self::Removed).map(Some),
///             // An event of a later version of the server.
///             _ => Ok(None),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "an event cannot be read as `{Self}`",
    label = "it implements neither `serde::Deserialize` nor `FromEvent`",
    note = "a type of yours derives `serde::Deserialize`, to be read from the data of an event as JSON",
    note = "implement `FromEvent` for a type that depends on the name of the event"
)]
pub trait FromEvent: Sized {
    /// Reads an event; `None` leaves it out.
    ///
    /// # Errors
    ///
    /// When the event is not of this type: [`StreamError::malformed`]. The stream goes on with the next event.
    fn from_event(event: &EventRef<'_>) -> Result<Option<Self>, StreamError>;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static> FromEvent for T {
    fn from_event(event: &EventRef<'_>) -> Result<Option<Self>, StreamError> {
        event.json().map(Some)
    }
}

/// An event as it was sent: `Events<Event>` reads data that is not JSON.
///
/// Its `Debug` shows the name, and the size of the data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The name in the field `event`; `message` if the event has none.
    pub name: String,
    /// The data. The lines of several fields `data` are joined with line feeds.
    pub data: String,
    /// The last id that the stream has given, with this event or one before it; empty if it gave none.
    pub id: String,
}

impl Event {
    /// An event without an id, for a double.
    pub fn new(name: impl Into<String>, data: impl Into<String>) -> Self {
        Self { name: name.into(), data: data.into(), id: String::new() }
    }
}

impl FromEvent for Event {
    fn from_event(event: &EventRef<'_>) -> Result<Option<Self>, StreamError> {
        Ok(Some(Self { name: event.name.to_owned(), data: event.data.to_owned(), id: event.id.to_owned() }))
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("name", &self.name).field("data_bytes", &self.data.len()).finish_non_exhaustive()
    }
}
