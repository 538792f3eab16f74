#![doc = include_str!("../docs/crate.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Pages are written for a client with the default transport: without it, there is no `Client::new` to link to.
#![cfg_attr(not(feature = "reqwest"), allow(rustdoc::broken_intra_doc_links))]

extern crate self as qelos_client;

pub mod auth;
pub mod guide;
#[cfg(feature = "oauth2")]
pub mod oauth2;
pub mod session;
#[doc = include_str!("../docs/official_documentation.md")]
pub mod official_documentation {}
// Half of what the page links to is only there with the feature.
#[cfg_attr(feature = "all", doc = include_str!("../docs/official_sdks.md"))]
#[cfg_attr(
    not(feature = "all"),
    doc = "Each method of the official SDKs beside that of this crate. The table needs the feature `all`."
)]
pub mod official_sdks {}
#[doc = include_str!("../docs/quirks.md")]
pub mod quirks {}
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;

mod call;
mod callback;
mod client;
mod clock;
mod connection;
mod error;
mod headers;
#[cfg(any(feature = "plugin", feature = "testing"))]
mod jwt;
mod observer;
mod qelos;

/// The items that generated code names, with those of the schemes of sessions. Not for users.
#[doc(hidden)]
pub mod __private {
    pub use qelos_spec::__private::*;

    pub use crate::session::declared as sessions;
}

pub use qelos_spec::*;

/// The crate below this one, `qelos-spec`: endpoints as data. Its items are in the root of this crate as well.
pub mod spec {
    #[doc(no_inline)]
    pub use qelos_spec::*;
}

#[doc(inline)]
pub use auth::{Anonymous, AnyCredential, ApiTokenAuth, CookieSession, Credential, OAuth};
pub use call::Call;
pub use call::operation::Operation;
pub use call::retry::Retries;
pub use call::retry_budget::RetryBudget;
pub use client::Client;
pub use client::builder::Builder;
pub use clock::random::Random;
pub use clock::{Clock, SystemClock};
pub use connection::Connection;
pub use error::Error;
pub use headers::HeaderContent;
pub use observer::{Ended, Observer};
pub use qelos::api_tokens::{NewApiToken, expiring_api_tokens, unused_api_tokens};
pub use qelos::browser::refresh_token_of_callback;
pub use qelos::environment::Environment;
#[cfg(feature = "mcp")]
pub use qelos::mcp::McpAuthorization;
#[cfg(feature = "mcp")]
pub use qelos::mcp::access::{McpAccessRequest, mcp_request_of_login};
#[cfg(all(feature = "loopback", feature = "mcp"))]
pub use qelos::mcp::loopback::McpLoopbackAuthorization;
#[cfg(feature = "plugin")]
pub use qelos::plugin;
#[doc(inline)]
pub use session::store;
pub use transport::default::DefaultTransport;
#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
pub use transport::default::Unset;
#[doc(inline)]
pub use transport::{Transport, TransportError};

#[doc = include_str!("../docs/macros/derive_endpoint.md")]
pub use qelos_macros::ClientEndpoint as Endpoint;

#[doc = include_str!("../docs/macros/derive_decode_request.md")]
pub use qelos_macros::ClientDecodeRequest as DecodeRequest;

#[doc = include_str!("../docs/macros/derive_response.md")]
pub use qelos_macros::ClientResponse as Response;

#[doc = include_str!("../docs/macros/resource.md")]
pub use qelos_macros::client_resource as resource;

/// The README of the project, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

/// The README of this crate, compiled. A registry shows it, so it has no links that only rustdoc follows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme_of_this_crate {}
