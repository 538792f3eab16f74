//! A typed client for Qelos.

mod clock;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;

pub use clock::{Clock, SystemClock};
pub use transport::{Transport, TransportError};
