//! The functions that are fuzzed. Each takes bytes, makes of them what its target takes, and panics when a property does
//! not hold.
#![allow(clippy::missing_panics_doc, reason = "panicking is how all of them report")]

mod answers;
mod declare;
mod macros;
mod requests;
mod secrets;
mod source;
mod words;

pub use answers::decode_response;
pub use macros::{decode_request, endpoint, resource};
pub use requests::decode_request_bytes;

/// One fuzz target, for those who replay its corpus.
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Panics when a property does not hold for these bytes.
    pub run: fn(&[u8]),
    /// What the bytes stand for.
    pub show: fn(&[u8]) -> String,
}

/// All of them.
pub const TARGETS: [Target; 5] = [
    Target { name: "endpoint", run: endpoint, show: macros::show_struct },
    Target { name: "decode_request", run: decode_request, show: macros::show_struct },
    Target { name: "resource", run: resource, show: macros::show_trait },
    Target { name: "decode_response", run: decode_response, show: answers::show },
    Target { name: "decode_request_bytes", run: decode_request_bytes, show: requests::show },
];
