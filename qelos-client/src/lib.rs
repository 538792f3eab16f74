#![doc = include_str!("../README.md")]

extern crate self as qelos_client;

pub mod auth;
pub mod transport;

mod builder;
mod call;
mod client;
mod clock;
mod connection;
mod error;
mod resources;
mod session;

#[doc(hidden)]
pub use qelos_spec::__private;
pub use qelos_spec::{self as spec, *};

pub use auth::{Anonymous, AnyCredential, ApiTokenAuth, CookieSession, Credential, OAuth};
pub use builder::{Builder, DefaultTransport, Unset};
pub use call::Call;
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use connection::Connection;
pub use error::Error;
pub use transport::{Transport, TransportError};

pub use qelos_macros::{ClientDecodeRequest as DecodeRequest, ClientEndpoint as Endpoint, client_resource as resource};
