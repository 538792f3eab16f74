//! The parts that the transports over the network share: their limits, their name, and errors of their setup.

use std::error::Error as StdError;
use std::time::Duration;
use std::{fmt, iter};

use qelos_spec::{BaseUrl, StreamError};
use tokio::runtime::{Handle, Id};

use crate::transport::{TransportError, TransportErrorKind};

/// How long a whole exchange may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
/// How long making a connection may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The limit for a body that is read into memory.
pub(super) const LARGEST_BODY: usize = 16 * 1024 * 1024;
pub(super) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// The current runtime, which drives the connections of this library.
pub(super) fn runtime(library: &str) -> Result<Id, TransportError> {
    let runtime = Handle::try_current().map_err(|_| {
        let why = format!("{library} needs a tokio runtime, and this call is made outside of one");
        TransportError::new(TransportErrorKind::Setup, why)
    })?;
    Ok(runtime.id())
}

/// The error of a machine without trusted certificates; `own` is how to add one of one's own.
pub(super) fn no_certificates(own: &str) -> TransportError {
    let why = format!(
        "no trusted certificates were found on this machine: install `ca-certificates`, check `SSL_CERT_FILE` and \
         `SSL_CERT_DIR` if they are set, or add {own} where the transport is built"
    );
    TransportError::new(TransportErrorKind::Setup, why)
}

/// Whether an error is that of a body that was to be sent: it has the error of the stream as a cause.
pub(super) fn is_upload(error: &(dyn StdError + 'static)) -> bool {
    iter::successors(Some(error), |&cause| cause.source()).any(<dyn StdError>::is::<StreamError>)
}

pub(super) fn no_host(why: impl fmt::Display) -> TransportError {
    TransportError::new(TransportErrorKind::Setup, format!("the URL does not name a host: {why}"))
}

/// Whether this origin, such as `http://localhost:3000`, is this machine over plain http. A proxy would see the
/// credentials of such requests.
pub(super) fn is_plain_loopback(origin: &str) -> bool {
    origin.parse::<BaseUrl>().is_ok_and(|base| base.is_loopback() && !base.is_https())
}
