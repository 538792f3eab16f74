#![doc = include_str!("../README.md")]

extern crate self as qelos_client;

pub mod auth;
pub mod oauth2;
pub mod session;
#[doc = include_str!("../docs/official_sdks.md")]
pub mod official_sdks {}
#[doc = include_str!("../docs/quirks.md")]
pub mod quirks {}
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;

mod call;
mod client;
mod clock;
mod connection;
mod error;
mod qelos;

#[doc(hidden)]
pub use qelos_spec::__private;
pub use qelos_spec::{self as spec, *};

pub use auth::{Anonymous, AnyCredential, ApiTokenAuth, CookieSession, Credential, OAuth};
pub use call::Call;
pub use call::operation::Operation;
pub use call::retry::Retries;
pub use client::Client;
pub use client::builder::Builder;
pub use clock::random::Random;
pub use clock::{Clock, SystemClock};
pub use connection::Connection;
pub use error::Error;
pub use qelos::api_tokens::{NewApiToken, expiring_api_tokens, unused_api_tokens};
pub use qelos::browser::{McpAuthorization, refresh_token_of_callback};
pub use qelos::environment::Environment;
pub use session::store;
pub use transport::default::DefaultTransport;
#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
pub use transport::default::Unset;
pub use transport::{Transport, TransportError};

/// [`qelos_spec::Endpoint`](macro@qelos_spec::Endpoint), for crates that depend on this one: see there for the attributes.
///
/// ```
/// use qelos_client::{Client, Endpoint, auth::SignedIn};
///
/// /// Reads the open invoices.
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/invoices", response = Vec<String>, auth = SignedIn)]
/// struct OpenInvoices {
///     page: u32,
/// }
///
/// async fn invoices(client: Client<qelos_client::OAuth>) -> Result<Vec<String>, qelos_client::Error> {
///     client.call(&OpenInvoices { page: 1 }).await
/// }
/// ```
pub use qelos_macros::ClientEndpoint as Endpoint;

/// [`qelos_spec::DecodeRequest`](macro@qelos_spec::DecodeRequest), for crates that depend on this one.
pub use qelos_macros::ClientDecodeRequest as DecodeRequest;

/// [`qelos_spec::Response`](macro@qelos_spec::Response), for crates that depend on this one: see there for the attributes.
///
/// ```
/// use qelos_client::{Client, Endpoint, Response, auth::SignedIn};
///
/// #[derive(Response)]
/// struct Page {
///     #[response(header = "x-total-count")]
///     total: u64,
///     #[response(body)]
///     numbers: Vec<u32>,
/// }
///
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/invoices", response = Page, auth = SignedIn)]
/// struct ListInvoices {}
///
/// async fn total(client: Client<qelos_client::OAuth>) -> Result<u64, qelos_client::Error> {
///     Ok(client.call(&ListInvoices {}).await?.total)
/// }
/// ```
pub use qelos_macros::ClientResponse as Response;

/// [`qelos_spec::resource`](macro@qelos_spec::resource), for crates that depend on this one: see there for the attributes.
///
/// ```
/// use qelos_client::{Client, auth::SignedIn, resource};
///
/// /// The invoices of the workspace.
/// #[resource(path = "/api/invoices", auth = SignedIn)]
/// pub trait Invoices {
///     /// Reads one.
///     #[get("/{number}")]
///     async fn get(&self, number: u64) -> String;
/// }
///
/// async fn invoice(client: Client<qelos_client::OAuth>) -> Result<String, qelos_client::Error> {
///     client.invoices().get(7).await
/// }
/// ```
pub use qelos_macros::client_resource as resource;

/// The README of the project, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
