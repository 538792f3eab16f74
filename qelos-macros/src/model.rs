//! The model: what is true of an endpoint, whichever macro it was written with.
//!
//! An [`Outline`] is what is known although there may be mistakes; the rules look at it. An [`Endpoint`] has none, and
//! code is written from it alone.

mod endpoint;
mod resource;

pub(crate) use endpoint::{Endpoint, Field, Outline, Place, Response};
pub(crate) use resource::{Arg, NEVER_RAW, Operation, Request, Resource, StandIn, StructNames, Target, declared};
