//! The model: what is true of an endpoint, whichever macro it was written with.
//!
//! Where a draft left something out or got it wrong, the model holds what the rest can be checked against; the mistake
//! was reported, and no code is written from such a model.

mod endpoint;
mod resource;

pub(crate) use endpoint::{Endpoint, Field, Place, Response};
pub(crate) use resource::{Arg, NEVER_RAW, Operation, Resource, Target, struct_name};
