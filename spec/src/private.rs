//! The items that generated code names. Not for users: they change whenever the macros do.
//!
//! A signature of several types has one name here: a macro writes each name once for each endpoint, and the compiler reads
//! it as often.

pub use core::clone::Clone;
pub use core::convert::From;
pub use core::fmt::Display;
pub use core::future::Future;
pub use core::marker::{Copy, Send, Sized};
pub use core::option::Option;
pub use core::primitive::{bool, str};
pub use core::result::Result;
pub use core::str::FromStr;
pub use core::time::Duration;
pub use core::unreachable;

pub use bytes::Bytes;
pub use http::{Method, Request as HttpRequest, Response as HttpResponse};
pub use serde;

pub use crate::auth::{Public, SatisfiedBy};
pub use crate::decode::{decode_json, decode_nothing, encode_json, encode_nothing};
pub use crate::endpoint::{DecodeRequest, Dispatch, Endpoint};
pub use crate::endpoint_info::EndpointInfo;
pub use crate::existing::{ResponseOf, the_endpoint};
pub use crate::reader::RequestReader;
pub use crate::request::{EncodeError, Request, RequestError};
pub use crate::response::{DecodeJson, EncodeJson, ResponseError};
pub use crate::template::PathTemplate;
pub use crate::value::{
    FromPathValue, FromWire, JsonValue, PathValue, TextValue, default_by, default_value, owned, path_value,
};
pub use crate::writer::RequestWriter;

/// What [`Endpoint::encode`] returns.
pub type Encoded = Result<Request, EncodeError>;
/// What [`Endpoint::decode`] takes.
pub type Received = HttpResponse<Bytes>;
/// What [`Endpoint::decode`] returns.
pub type Decoded<R> = Result<R, ResponseError>;
