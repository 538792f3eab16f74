//! Grammar: syntax trees into drafts. Nothing is concluded here, and nothing stops at the first mistake.

mod attr;
mod derive;
mod field;
mod nested;
mod pages;
mod places;
mod resource;
mod response;
mod session;
mod status;
pub(crate) mod template;
mod verb;

pub(crate) use derive::endpoint;
pub(crate) use resource::resource;
pub(crate) use response::response;
pub(crate) use session::session;
