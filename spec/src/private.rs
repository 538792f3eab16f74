//! The items that generated code names. Not for users: they change whenever the macros do.
//!
//! A signature of several types has one name here: a macro writes each name once for each endpoint, and the compiler reads
//! it as often.

pub use core::clone::Clone;
pub use core::convert::{From, Into};
pub use core::fmt::Display;
pub use core::future::Future;
pub use core::marker::{Copy, PhantomData, Send, Sized, Sync};
pub use core::option::Option;
pub use core::primitive::{bool, str, u16};
pub use core::result::Result;
pub use core::str::FromStr;
pub use core::time::Duration;
pub use core::unreachable;
pub use std::borrow::Cow;
pub use std::vec::Vec;

pub use bytes::Bytes;
pub use http::{Request as HttpRequest, Response as HttpResponse};
pub use serde;

pub use crate::api_error::ApiError;
pub use crate::auth::{Public, SatisfiedBy};
pub use crate::body::Body;
pub use crate::decode::{
    declared, decode_format, decode_nothing, decode_or_none, decode_raw, encode, encode_format, encode_nothing,
    encode_or_none, encode_raw,
};
pub use crate::endpoint::{DecodeRequest, Dispatch, EncodeResponse, Endpoint, ReadStream};
pub use crate::endpoint_info::EndpointInfo;
pub use crate::existing::{ResponseOf, the_endpoint};
pub use crate::format::{Format, FormatValue};
pub use crate::method::Method;
pub use crate::nested::{Nested, nested, unknown_place};
pub use crate::pages::paged::Paged;
pub use crate::pages::steps::{
    List, SentAgain, is_more, list_of, next_by_link, next_by_number, next_by_offset, next_position, reached,
    sent_again, taken,
};
pub use crate::pages::{Items, Pages};
pub use crate::reader::RequestReader;
pub use crate::request::{EncodeError, Request, RequestError};
pub use crate::response::{DecodeBody, DecodeError, ResponseError, Unfit, in_format};
pub use crate::response_reader::{ReadParts, ResponseReader, decode_parts, refusal_of_parts};
pub use crate::response_writer::ResponseWriter;
pub use crate::statuses::Statuses;
pub use crate::stream::{Arriving, StreamResponse, StreamRules, arriving};
pub use crate::template::PathTemplate;
pub use crate::text::{read_flag, read_list, read_text, write_flag, write_list, write_nested, write_text};
pub use crate::typed_response::{ErrorResponse, Response, ToResponse};
pub use crate::value::{
    FromHeaderText, FromWire, HeaderText, JsonValue, PathValue, RawBody, RawContent, StatusValue, TextValue,
    borrowed_text, borrowed_texts, by, default_by, default_of, default_value, or_default, owned, owned_text,
    owned_texts, path_value, read_display, write_display,
};
pub use crate::writer::RequestWriter;

/// What [`Endpoint::ACCEPT`] is.
pub type Accept = &'static [&'static str];
/// What [`Endpoint::encode`] returns.
pub type Encoded = Result<Request, EncodeError>;
/// What [`Endpoint::decode`] takes.
pub type Received = HttpResponse<Bytes>;
/// What [`Endpoint::decode`] returns.
pub type Decoded<R> = Result<R, ResponseError>;
