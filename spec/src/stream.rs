//! Responses that arrive piece by piece: events, lines and bytes.
//!
//! | type | body | an item |
//! |---|---|---|
//! | [`Events<T>`] | `text/event-stream` (server-sent events) | a `T`, from the data of an event |
//! | [`Lines<T>`] | NDJSON, JSON Lines | a `T`, from a line of JSON |
//! | [`Download`] | any | a chunk of bytes |
//!
//! Each of them is a `Stream` of results. `next` is a method of its own as well, so that no other crate is needed:
//!
//! ```
//! use qelos_spec::{Events, StreamError};
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! #[serde(tag = "type", rename_all = "snake_case")]
//! enum Delta {
//!     Chunk { content: String },
//!     #[serde(other)]
//!     Other,
//! }
//!
//! async fn text(mut deltas: Events<Delta>) -> Result<String, StreamError> {
//!     let mut text = String::new();
//!     while let Some(delta) = deltas.next().await {
//!         if let Delta::Chunk { content } = delta? {
//!             text += &content;
//!         }
//!     }
//!     Ok(text)
//! }
//! ```
//!
//! # The end of a stream
//!
//! Most APIs end a stream of events with a marker, because a connection that breaks may look like one that ends. Declare
//! it with [`StreamRules`]: the end without the marker is then an error. Without a declared marker, a stream that is cut
//! between two items ends as if it were whole.
//!
//! An endpoint without an end, such as a feed of news, declares [`StreamRules::endless`]: each end is an error.
//!
//! # Streams that go on
//!
//! A server that gives its events ids may be able to go on behind any of them. Declare it with
//! [`StreamRules::resumable`]: a client then opens a stream of events that broke off again, and its reader sees one stream.
//! Without the word, nothing is opened again: a request that starts a costly answer would start it twice.
//!
//! # Limits
//!
//! An item is kept in memory until it is whole. [`StreamRules::limit`] bounds its size, so that a server cannot fill the
//! memory with one endless line. The number of items is not bounded, because they are not kept.

mod download;
mod error;
mod event;
mod event_parser;
mod events;
mod items;
mod line_splitter;
mod lines;
mod response;
mod resume;
mod rules;

pub use self::download::Download;
pub(crate) use self::error::Ending;
pub use self::error::StreamError;
pub use self::event::{Event, EventRef, FromEvent};
pub use self::events::Events;
pub use self::lines::Lines;
pub use self::response::StreamResponse;
#[doc(hidden)]
pub use self::response::{Arriving, arriving};
pub use self::resume::{Interruption, Reopen, Reopening};
pub use self::rules::{Marker, StreamRules};

/// The bytes as a whole, in two chunks for each place where they can be cut, and one by one.
#[cfg(test)]
pub(crate) fn splits(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    let in_two = (0..=bytes.len()).map(|at| vec![&bytes[..at], &bytes[at..]]);
    in_two.chain([bytes.chunks(1).collect()]).collect()
}

/// The result of a future that does not wait.
#[cfg(test)]
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut cx) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the future waits"),
    }
}
