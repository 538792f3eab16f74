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
/// How long an HTTP/2 connection with open requests may be silent before it is asked for a sign of life, and how long
/// it then has. All requests to a server share one connection, so a dead one would make all of them wait.
#[cfg(feature = "http2")]
pub(super) const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
pub(super) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// The current runtime, which drives the connections of this library.
pub(super) fn runtime(library: &str) -> Result<Id, TransportError> {
    let runtime = Handle::try_current().map_err(|_| {
        let why = format!("{library} needs a tokio runtime, and this call is made outside of one");
        TransportError::new(TransportErrorKind::Setup, why)
    })?;
    Ok(runtime.id())
}

/// The error for https in a program without TLS; `features` are those that bring it.
#[cfg(any(
    all(feature = "hyper", not(feature = "rustls-no-provider")),
    not(any(feature = "native-tls", feature = "rustls-no-provider"))
))]
pub(super) fn no_tls(features: &str) -> TransportError {
    let why = format!(
        "this program was built without TLS, which an `https` URL needs: turn on a feature of `qelos-client`, {features}"
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
