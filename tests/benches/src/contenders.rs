//! The same five operations by each contender.

pub mod floor;
pub mod ours;
pub mod raw;
pub mod ruma;
pub mod rustify;

use bytes::Bytes;
use http::{Request, Response};

use crate::contenders::floor::Floor;
use crate::contenders::ours::{InMemory, Ours, Traced, WithSession};
use crate::contenders::raw::Raw;
use crate::contenders::ruma::Ruma;
use crate::contenders::rustify::Rustify;
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

/// The contenders that call a server.
pub const CONTENDERS: [&str; 6] = [Ours::NAME, WithSession::NAME, Floor::NAME, Raw::NAME, Ruma::NAME, Rustify::NAME];

/// A measurement that can be made with any contender.
pub trait Measurement {
    type Result;

    fn of<C: Contender>(self) -> Self::Result;
}

/// Measures the contender that is called so.
pub fn measure<M: Measurement>(contender: &str, measurement: M) -> M::Result {
    match contender {
        Ours::NAME => measurement.of::<Ours>(),
        WithSession::NAME => measurement.of::<WithSession>(),
        InMemory::NAME => measurement.of::<InMemory>(),
        Traced::NAME => measurement.of::<Traced>(),
        Floor::NAME => measurement.of::<Floor>(),
        Raw::NAME => measurement.of::<Raw>(),
        Ruma::NAME => measurement.of::<Ruma>(),
        Rustify::NAME => measurement.of::<Rustify>(),
        other => panic!("there is no contender `{other}`"),
    }
}

/// Reads a response as JSON by hand.
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
