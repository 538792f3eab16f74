#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate self as qelos_spec;

pub mod api;
pub mod auth;
pub mod multipart;
pub mod secret;
pub mod stream;
pub mod wire;

mod api_error;
mod base_url;
mod body;
mod by_hand;
mod conditional;
mod decode;
mod endpoint;
mod endpoint_info;
mod existing;
mod flat;
mod format;
mod header_map;
mod id;
mod idempotency_key;
mod json;
mod method;
mod nested;
#[doc(hidden)]
pub mod one_line;
mod pages;
mod reader;
mod request;
mod response;
mod response_reader;
mod response_writer;
mod snapshot;
mod statuses;
mod template;
mod text;
mod timestamp;
mod typed_response;
mod value;
mod writer;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use api_error::{ApiError, FieldError};
pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use body::{Body, Upload};
pub use conditional::{ETag, IfChanged};
pub use decode::Refused;
pub use endpoint::{DecodeRequest, Dispatch, EncodeResponse, Endpoint, ReadStream};
pub use endpoint_info::EndpointInfo;
pub use format::Format;
pub use id::{ApiTokenId, InvalidId, InviteId, MembershipId, UserId, WorkspaceId};
#[cfg(feature = "content")]
pub use id::{BlockId, ConfigurationId, DraftId};
#[cfg(feature = "blueprints")]
pub use id::{BlueprintId, ComponentId};
#[cfg(feature = "payments")]
pub use id::{CouponId, InvoiceId, PlanId, SubscriptionId};
#[cfg(feature = "plugins")]
pub use id::{EventId, PluginId};
#[cfg(any(feature = "ai", feature = "plugins"))]
pub use id::{IntegrationId, SourceId};
#[cfg(feature = "ai")]
pub use id::{ThreadId, VectorStoreId};
pub use idempotency_key::{IdempotencyKey, InvalidIdempotencyKey};
pub use method::Method;
pub use pages::paged::Paged;
pub use pages::{Items, Pages};
pub use request::{EncodeError, Request, RequestError};
pub use response::{DecodeError, ResponseError};
pub use secret::{ExposeSecret, SecretString};
pub use snapshot::{RequestSnapshot, ResponseSnapshot};
pub use statuses::Statuses;
pub use stream::{Download, Events, Lines, StreamError};
pub use template::PathTemplate;
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use typed_response::{ErrorResponse, Response, ToResponse};

/// The libraries whose types appear here: a user does not need them in a manifest.
pub use {bytes, futures_core, http, http_body, serde, serde_json};

#[doc = include_str!("docs/derive_endpoint.md")]
pub use qelos_macros::Endpoint;

#[doc = include_str!("docs/derive_decode_request.md")]
pub use qelos_macros::DecodeRequest;

#[doc = include_str!("docs/derive_response.md")]
pub use qelos_macros::Response;

#[doc = include_str!("docs/resource.md")]
pub use qelos_macros::resource;
