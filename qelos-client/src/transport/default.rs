//! The transport of a client that was not given one.

use crate::transport::TransportError;

/// The transport of a client that was not given one.
#[cfg(feature = "reqwest")]
pub type DefaultTransport = crate::transport::reqwest::ReqwestTransport;

/// The transport of a client that was not given one: without the feature `reqwest` there is none.
#[cfg(not(feature = "reqwest"))]
pub type DefaultTransport = Unset;

/// No transport was chosen.
#[cfg(not(feature = "reqwest"))]
#[derive(Debug, Clone, Copy)]
pub struct Unset;

#[cfg(feature = "reqwest")]
pub(crate) const SET_UP: fn() -> Result<DefaultTransport, TransportError> = DefaultTransport::new;

/// No client can be built with it.
#[cfg(not(feature = "reqwest"))]
pub(crate) const SET_UP: fn() -> Result<DefaultTransport, TransportError> = || Ok(Unset);
