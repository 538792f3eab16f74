//! The TLS of reqwest: that of the system, rustls, or none.
//!
//! Other crates of a program may turn on either in reqwest. Which one is used depends on the features of this crate alone.

use std::error::Error as StdError;
use std::{io, iter};

use reqwest::ClientBuilder;

use crate::transport::TransportError;
#[cfg(all(feature = "rustls-no-provider", not(feature = "native-tls")))]
use crate::transport::rustls;

/// Chooses the library.
///
/// # Errors
///
/// When rustls has no cryptography. Reqwest would panic.
#[allow(clippy::unnecessary_wraps, reason = "only rustls can fail here")]
pub(super) fn choose(client: ClientBuilder) -> Result<ClientBuilder, TransportError> {
    #[cfg(feature = "native-tls")]
    let client = client.tls_backend_native();
    #[cfg(all(feature = "rustls-no-provider", not(feature = "native-tls")))]
    let client = rustls::provider().map(|_| client.tls_backend_rustls())?;
    Ok(client)
}

/// Trusts no certificates, for a client that never uses TLS: those of the system are not read.
pub(super) fn trust_none(client: ClientBuilder) -> ClientBuilder {
    #[cfg(any(feature = "native-tls", feature = "rustls-no-provider"))]
    let client = client.tls_certs_only([]);
    client
}

/// The error for https in a program without TLS.
#[allow(clippy::unnecessary_wraps, reason = "with TLS there is none")]
pub(super) fn is_left_out() -> Option<TransportError> {
    #[cfg(not(any(feature = "native-tls", feature = "rustls-no-provider")))]
    return Some(crate::transport::network::no_tls("`rustls` or `native-tls`"));
    #[cfg(any(feature = "native-tls", feature = "rustls-no-provider"))]
    None
}

/// The error for https on a machine without trusted certificates. The TLS of the system reports them when it connects.
pub(super) fn no_roots() -> Option<TransportError> {
    #[cfg(all(feature = "rustls-no-provider", not(feature = "native-tls")))]
    if reqwest::Client::builder().tls_backend_rustls().no_proxy().build().is_err() {
        return Some(rustls::no_certificates("a `Certificate`"));
    }
    None
}

/// Whether a connection error comes from TLS.
pub(super) fn is_cause_of(error: &reqwest::Error) -> bool {
    let causes = || iter::successors(error.source(), |&cause| next(cause));
    // OpenSSL: an error of the connection below it is its cause, and none of TLS.
    #[cfg(feature = "native-tls")]
    if causes().any(<dyn StdError>::is::<native_tls::Error>) && !causes().any(<dyn StdError>::is::<io::Error>) {
        return true;
    }
    // While connecting, only TLS reports invalid data.
    causes()
        .filter_map(<dyn StdError>::downcast_ref)
        .any(|error: &io::Error| matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
}

/// The next cause. `io::Error::source` skips the inner error, and returns the source of that one.
fn next<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => error.source(),
    }
}
