//! The model: what is true of an endpoint, whichever macro it was written with.
//!
//! Where a draft left something out or got it wrong, the model holds what the rest can be checked against; the mistake
//! was reported, and no code is written from such a model.

mod case;
mod endpoint;
mod resource;

pub(crate) use case::Case;
pub(crate) use endpoint::{Answer, Endpoint, Field, Place, Template, Verb};
pub(crate) use resource::{Arg, NEVER_RAW, Operation, Resource, Target, struct_name};
