//! The guide: a page for each subject, whose code is compiled and run as it stands.
//!
//! Code comes first on each page, then the rules, then the reasons: a reader in a hurry reads the code. It runs against the doubles
//! of the feature `testing`. A page names the other features that it needs.
//!
//! | begin | |
//! |---|---|
//! | [`first_call`] | from nothing to a response, with a server and without one |
//! | [`credentials`] | which credential a program uses, and how it gets it |
//! | [`troubleshooting`] | a call failed: what the error says, and what to do |
//! | [`coming_from_the_official_sdk`], [`coming_from_reqwest`] | the same program in both |
//!
//! | declare | |
//! |---|---|
//! | [`endpoints`] | your own endpoints: a struct declares one, a trait several |
//! | [`requests`] | from the documentation of an API to its declaration |
//! | [`resources`] | resources as wide as real APIs: values in the path, many arguments |
//! | [`responses`] | headers, and statuses with a meaning of their own |
//! | [`bodies`] | requests and responses that are no JSON |
//! | [`streams`] | downloads, lines of JSON, and server-sent events |
//! | [`uploads`] | files, and forms of several parts |
//! | [`pages`] | lists that a server returns page by page |
//! | [`conditional_requests`] | responses that have not changed, and writes that overwrite no other |
//! | [`servers`] | an API of your own: endpoints in a library, and the server that reads their requests |
//!
//! | run | |
//! |---|---|
//! | [`stores`] | sessions that outlive a process, and that several processes share |
//! | [`sessions`] | sessions for your own server |
//! | [`testing_your_application`] | without a network, without a sleep, and with faults on purpose |
//! | [`security`] | what the client refuses and hides, and what it cannot do for you |
//! | [`transports`] | transports of your own, and layers around one |
//! | [`blocking`] | programs without `async` |
//! | [`performance`] | what a call costs, and which settings change it |
//!
//! The reference of all words is at the macros: [`Endpoint`](derive@crate::Endpoint), [`Response`](derive@crate::Response),
//! [`resource`](macro@crate::resource) and [`SessionScheme`](derive@crate::session::SessionScheme).
//! [`official_documentation`](crate::official_documentation), [`official_sdks`](crate::official_sdks) and
//! [`quirks`](crate::quirks) compare this crate with others and with the server.

#[doc = include_str!("../docs/guide/first_call.md")]
pub mod first_call {}

#[doc = include_str!("../docs/guide/credentials.md")]
pub mod credentials {}

#[doc = include_str!("../docs/guide/troubleshooting.md")]
pub mod troubleshooting {}

#[doc = include_str!("../docs/guide/coming_from_the_official_sdk.md")]
pub mod coming_from_the_official_sdk {}

#[doc = include_str!("../docs/guide/coming_from_reqwest.md")]
pub mod coming_from_reqwest {}

#[doc = include_str!("../docs/guide/endpoints.md")]
pub mod endpoints {}

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

#[doc = include_str!("../docs/guide/servers.md")]
pub mod servers {}

#[doc = include_str!("../docs/guide/stores.md")]
pub mod stores {}

#[doc = include_str!("../docs/guide/sessions.md")]
pub mod sessions {}

#[doc = include_str!("../docs/guide/testing_your_application.md")]
pub mod testing_your_application {}

#[doc = include_str!("../docs/guide/security.md")]
pub mod security {}

#[doc = include_str!("../docs/guide/transports.md")]
pub mod transports {}

#[doc = include_str!("../docs/guide/blocking.md")]
pub mod blocking {}

#[doc = include_str!("../docs/guide/performance.md")]
pub mod performance {}
