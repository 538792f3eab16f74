//! The same five operations by each contender.

pub mod floor;
pub mod ours;
pub mod raw;
pub mod ruma;
pub mod rustify;

use bytes::Bytes;
use http::{Request, Response};

use crate::operations::Operation;

/// One way to make a call.
#[allow(async_fn_in_trait, reason = "the futures are awaited where they are made")]
pub trait Contender: Sized {
    const NAME: &'static str;

    /// Ready to call a server.
    fn new(base: &str) -> Self;

    /// The request, as it would be sent.
    fn encode(&self, operation: Operation) -> Request<Bytes>;

    /// Reads the response, and says how much was in it.
    fn decode(&self, operation: Operation, response: &Response<Bytes>) -> usize;

    /// Sends the request and reads the response.
    async fn call(&self, operation: Operation) -> usize;
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
