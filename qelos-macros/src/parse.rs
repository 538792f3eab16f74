//! Grammar: syntax trees into drafts. Nothing is concluded here, and nothing stops at the first mistake.

mod attr;
mod derive;
mod field;
mod pages;
mod resource;
mod response;
mod session;
mod status;
pub(crate) mod template;

pub(crate) use derive::endpoint;
pub(crate) use resource::resource;
pub(crate) use response::response;
pub(crate) use session::session;
