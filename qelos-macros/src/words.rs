//! The words of the grammar: methods, paths, cases and keys. They are below drafts and models, which both use them.

mod case;
pub(crate) mod key;
mod template;
mod verb;

pub(crate) use case::Case;
pub(crate) use template::{Template, names_in};
pub(crate) use verb::Verb;
