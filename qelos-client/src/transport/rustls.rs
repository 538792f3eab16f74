//! The parts of rustls that both transports share: its cryptography, and the error of a machine without certificates.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use crate::transport::{TransportError, TransportErrorKind};

/// The cryptography that the program has installed, or else our own.
///
/// # Errors
///
/// When there is neither.
pub(super) fn provider() -> Result<Arc<CryptoProvider>, TransportError> {
    CryptoProvider::get_default().cloned().or_else(own).ok_or_else(|| {
        let why = "rustls has no cryptography: install a provider before the transport is built, as with \
                   `rustls::crypto::ring::default_provider().install_default()`, or turn on the feature `rustls` of \
                   `qelos-client`";
        TransportError::new(TransportErrorKind::Setup, why)
    })
}

#[cfg(feature = "rustls")]
#[allow(clippy::unnecessary_wraps, reason = "without the feature there is none")]
fn own() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

#[cfg(not(feature = "rustls"))]
fn own() -> Option<Arc<CryptoProvider>> {
    None
}

/// The error of a machine without trusted certificates; `own` is how to add one of one's own.
pub(super) fn no_certificates(own: &str) -> TransportError {
    let why = format!(
        "no trusted certificates were found on this machine: install `ca-certificates`, check `SSL_CERT_FILE` and \
         `SSL_CERT_DIR` if they are set, or add {own} where the transport is built"
    );
    TransportError::new(TransportErrorKind::Setup, why)
}
