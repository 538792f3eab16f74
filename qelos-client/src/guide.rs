//! What an endpoint can say about its request and its response, and how a session is made: a page for each subject, with an
//! example that runs.
//!
//! The reference of all words is at the macros: [`Endpoint`](derive@crate::Endpoint), [`Response`](derive@crate::Response) and
//! [`resource`](macro@crate::resource).

#[doc = include_str!("../docs/guide/credentials.md")]
pub mod credentials {}

#[doc = include_str!("../docs/guide/troubleshooting.md")]
pub mod troubleshooting {}

#[doc = include_str!("../docs/guide/requests.md")]
pub mod requests {}

#[doc = include_str!("../docs/guide/resources.md")]
pub mod resources {}

#[doc = include_str!("../docs/guide/responses.md")]
pub mod responses {}

#[doc = include_str!("../docs/guide/bodies.md")]
pub mod bodies {}

#[doc = include_str!("../docs/guide/streams.md")]
pub mod streams {}

#[doc = include_str!("../docs/guide/uploads.md")]
pub mod uploads {}

#[doc = include_str!("../docs/guide/pages.md")]
pub mod pages {}

#[doc = include_str!("../docs/guide/conditional_requests.md")]
pub mod conditional_requests {}

#[doc = include_str!("../docs/guide/sessions.md")]
pub mod sessions {}
