//! The integration that a request is about.

use bytes::Bytes;
use http::{Response, StatusCode};

use super::super::response::{self, Refused};
use super::super::state::ChatRecord;

pub(super) type Outcome = Result<Response<Bytes>, Refused>;

/// The place of an integration.
pub(super) fn position(chats: &[ChatRecord], id: &str) -> Option<usize> {
    chats.iter().position(|chat| chat.id.as_str() == id)
}

/// The refusal of a user without a role that the integration needs.
pub(super) fn forbidden() -> Refused {
    Box::new(response::message(StatusCode::FORBIDDEN, "User does not have required roles"))
}
