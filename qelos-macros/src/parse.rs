//! Grammar: syntax trees into drafts. Nothing is concluded here, and nothing stops at the first mistake.

mod attr;
mod derive;
mod field;
mod resource;
pub(crate) mod template;

pub(crate) use derive::endpoint;
pub(crate) use resource::resource;
