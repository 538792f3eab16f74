//! A typed client for Qelos.

mod clock;
pub mod transport;

pub use clock::{Clock, SystemClock};
pub use transport::{Transport, TransportError};
