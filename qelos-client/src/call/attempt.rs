//! The outcome of one attempt of a call.

use bytes::Bytes;
use http::Response;

use crate::error::{Error, Standing};

/// The outcome of an attempt.
pub(crate) enum Attempted {
    /// A response, and what is known about the proof if the response refuses it.
    Received(Response<Bytes>, Option<Standing>),
    /// The request was not sent, for lack of a proof.
    NoProof(Error),
    /// There is no response.
    Failed(Error),
}

impl From<Result<Response<Bytes>, Error>> for Attempted {
    fn from(outcome: Result<Response<Bytes>, Error>) -> Self {
        outcome.map_or_else(Self::Failed, |response| Self::Received(response, None))
    }
}
