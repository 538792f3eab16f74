//! The model: endpoints, whichever macro declared them.
//!
//! An [`Outline`] may have mistakes; the rules look at it. An [`Endpoint`] has none, and code is written from it alone.

mod endpoint;
mod field;
mod pages;
mod parts;
mod places;
mod resource;
mod response;

pub(crate) use endpoint::{Endpoint, Outline, Response, inside_option, is_nothing, is_stream};
pub(crate) use field::{Field, Place, is_called};
pub(crate) use pages::{Pages, Step, item_type};
pub(crate) use parts::{Body, Parts};
pub(crate) use places::{is_text, marker_type, settle_places};
pub(crate) use resource::{
    Arg, NEVER_RAW, Operation, Resource, Source, StandIn, StructNames, Target, declared, handle,
};
pub(crate) use response::{Part, PartPlace, ResponseType, Variant};
