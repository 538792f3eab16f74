//! The functions that are fuzzed. Each makes the input of its target out of bytes, and panics if a property does not
//! hold.
#![allow(clippy::missing_panics_doc, reason = "panicking is how all of them report")]

mod declare;
mod macros;
mod multipart;
mod requests;
mod responses;
mod secrets;
mod source;
mod streams;
mod words;

pub use macros::{decode_request, endpoint, resource, response};
pub use multipart::multipart;
pub use requests::decode_request_bytes;
pub use responses::decode_response;
pub use streams::events;

/// One fuzz target, with what a replay of its corpus needs.
pub struct Target {
    /// The name of the target, and of its folder in the corpus.
    pub name: &'static str,
    /// Panics when a property does not hold for these bytes.
    pub run: fn(&[u8]),
    /// The input that the bytes stand for, as text.
    pub show: fn(&[u8]) -> String,
}

/// All targets.
pub const TARGETS: [Target; 8] = [
    Target { name: "endpoint", run: endpoint, show: macros::show_struct },
    Target { name: "decode_request", run: decode_request, show: macros::show_struct },
    Target { name: "resource", run: resource, show: macros::show_trait },
    Target { name: "response", run: response, show: macros::show_response },
    Target { name: "decode_response", run: decode_response, show: responses::show },
    Target { name: "decode_request_bytes", run: decode_request_bytes, show: requests::show },
    Target { name: "events", run: events, show: streams::show },
    Target { name: "multipart", run: multipart, show: multipart::show },
];
