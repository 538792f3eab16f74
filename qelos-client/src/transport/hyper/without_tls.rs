//! What stands for TLS in a program that was built without it.

use std::convert::Infallible;

use http::Uri;

use crate::transport::TransportError;
use crate::transport::network::no_tls;

/// The certificates that a program adds: there is no way to.
#[derive(Default)]
pub(super) struct Certificates {}

/// Makes encrypted connections: none can be made.
pub(super) enum Tls {}

impl Tls {
    #[allow(clippy::unnecessary_wraps, reason = "setting TLS up can fail")]
    pub(super) fn new(_: Certificates) -> Result<Result<Self, TransportError>, TransportError> {
        Ok(Err(no_tls("`rustls`")))
    }

    pub(super) fn name_of(&self, _: &Uri) -> Result<Infallible, TransportError> {
        match *self {}
    }

    #[allow(clippy::unused_async, reason = "an encrypted connection takes time")]
    pub(super) async fn to_server<S>(&self, _: Infallible, _: S) -> Result<(S, bool), TransportError> {
        match *self {}
    }

    #[allow(clippy::unused_async, reason = "an encrypted connection takes time")]
    pub(super) async fn to_proxy<S>(&self, _: &Uri, _: S) -> Result<S, TransportError> {
        match *self {}
    }
}
