//! The same five operations by each contender.

#[cfg(feature = "network")]
pub mod floor;
pub mod ours;
#[cfg(feature = "network")]
pub mod raw;
#[cfg(feature = "peers")]
pub mod ruma;
#[cfg(feature = "peers")]
pub mod rustify;

use bytes::Bytes;
use http::{Request, Response};

#[cfg(feature = "network")]
use crate::contenders::floor::Floor;
use crate::contenders::ours::{InMemory, Traced};
#[cfg(feature = "network")]
use crate::contenders::ours::{OnHyper, Ours, WithSession};
#[cfg(feature = "network")]
use crate::contenders::raw::Raw;
#[cfg(feature = "peers")]
use crate::contenders::{ruma::Ruma, rustify::Rustify};
use crate::operations::Operation;

/// One way to make a call.
pub trait Contender: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    /// Ready to call a server.
    fn new(base: &str) -> Self;

    /// The request, as it would be sent.
    fn encode(&self, operation: Operation) -> Request<Bytes>;

    /// Reads the response, and says how much was in it.
    fn decode(&self, operation: Operation, response: &Response<Bytes>) -> usize;

    /// Sends the request and reads the response.
    fn call(&self, operation: Operation) -> impl Future<Output = usize> + Send;
}

/// Other clients, which are in a program of their own.
#[cfg(feature = "network")]
pub const PEERS: [&str; 2] = ["ruma", "rustify"];

/// The contenders that call a server.
#[cfg(feature = "network")]
pub const CONTENDERS: [&str; 7] =
    [Ours::NAME, WithSession::NAME, OnHyper::NAME, Floor::NAME, Raw::NAME, PEERS[0], PEERS[1]];

/// A measurement that can be made with any contender.
pub trait Measurement {
    type Result;

    fn of<C: Contender>(self) -> Self::Result;
}

/// Measures the contender that is called so.
pub fn measure<M: Measurement>(contender: &str, measurement: M) -> M::Result {
    match contender {
        InMemory::NAME => measurement.of::<InMemory>(),
        Traced::NAME => measurement.of::<Traced>(),
        #[cfg(feature = "network")]
        Ours::NAME => measurement.of::<Ours>(),
        #[cfg(feature = "network")]
        WithSession::NAME => measurement.of::<WithSession>(),
        #[cfg(feature = "network")]
        OnHyper::NAME => measurement.of::<OnHyper>(),
        #[cfg(feature = "network")]
        Floor::NAME => measurement.of::<Floor>(),
        #[cfg(feature = "network")]
        Raw::NAME => measurement.of::<Raw>(),
        #[cfg(feature = "peers")]
        Ruma::NAME => measurement.of::<Ruma>(),
        #[cfg(feature = "peers")]
        Rustify::NAME => measurement.of::<Rustify>(),
        other => panic!("there is no contender `{other}`"),
    }
}

/// Reads a response as JSON by hand.
#[cfg(feature = "network")]
pub fn read(operation: Operation, body: &[u8]) -> usize {
    use crate::operations::{ApiToken, Created, Page, User, Workspace};
    fn json<'b, T: serde::Deserialize<'b>>(body: &'b [u8]) -> T {
        serde_json::from_slice(body).expect("the response is as declared")
    }
    match operation {
        Operation::Me => json::<User>(body).username.len(),
        Operation::List => json::<Vec<ApiToken>>(body).len(),
        Operation::Create => json::<Created>(body).token.len(),
        Operation::Search => json::<Page>(body).items.len(),
        Operation::Update => json::<Workspace>(body).name.len(),
    }
}
