//! The default transport of a client.

use crate::transport::TransportError;

/// The default transport of a client.
#[cfg(feature = "reqwest")]
pub type DefaultTransport = crate::transport::reqwest::ReqwestTransport;

/// The default transport of a client without the feature `reqwest`.
#[cfg(all(feature = "hyper", not(feature = "reqwest")))]
pub type DefaultTransport = crate::transport::hyper::HyperTransport;

/// The default transport of a client: there is none without the feature `reqwest` or `hyper`.
#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
pub type DefaultTransport = Unset;

/// No transport was chosen.
#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
#[derive(Debug, Clone, Copy)]
pub struct Unset;

#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub(crate) const SET_UP: fn() -> Result<DefaultTransport, TransportError> = DefaultTransport::new;

/// Makes no transport: no client can be built with [`Unset`].
#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
pub(crate) const SET_UP: fn() -> Result<DefaultTransport, TransportError> = || Ok(Unset);
