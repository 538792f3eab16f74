//! Doubles for tests and demos, in place of the server, the network and the clock around a client.
//!
//! * [`FakeQelos`] is an embedded Qelos server. It runs in process, as a [`Transport`](crate::Transport), or over the
//!   network, with [`FakeQelos::serve`].
//! * [`FakeTransport`] is for one test of one client: it expects certain requests, and returns the given responses.
//! * [`Faults`] is a network on which requests and responses get lost, come late, or are replaced, when and where the test
//!   says so.
//! * [`ManualClock`] is a clock that a test sets by hand, so that a token can expire without waiting.

mod clock;
mod expectations;
mod faults;
mod qelos;
mod refusal;
mod script;
mod server;
#[cfg(test)]
pub(crate) mod warnings;

pub use clock::ManualClock;
pub use expectations::{Expectation, FakeTransport};
pub use faults::{Fault, Faults, FaultsOf};
pub use qelos::{Caller, FakeQelos, Member, NewUser, Service, ServiceMount};
#[cfg(feature = "ai")]
pub use qelos::{ModelReply, NewChat};
pub use refusal::Refusal;
pub use script::{StreamReply, StreamScript};
pub use server::FakeServer;
