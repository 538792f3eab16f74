//! Responses of every shape, under the names that generated code uses itself, with strict lints.
#![deny(warnings)]
#![deny(missing_docs, unused_qualifications, clippy::pedantic)]
#![no_implicit_prelude]

use ::qelos_client::{ApiError, DecodeRequest, EncodeResponse, Endpoint, Response, ToResponse, auth::SignedIn};

/// A value that is only read.
#[derive(::qelos_client::serde::Deserialize)]
#[serde(crate = "::qelos_client::serde")]
pub struct OnlyRead(pub u32);

/// A page of what is only read: a client needs no more.
#[derive(Response)]
pub struct Page<T> {
    /// A header.
    #[response(header)]
    pub r#type: ::core::option::Option<::std::string::String>,
    /// The items.
    #[response(body)]
    pub items: ::std::vec::Vec<T>,
}

/// Names that generated code has, too.
#[derive(Debug, Response)]
pub enum Refused {
    /// Names of fields.
    #[response(404)]
    Missing {
        /// A name.
        reader: u32,
        /// A name.
        writer: u32,
        /// A name.
        response: u32,
        /// A name.
        endpoint: u32,
        /// A name.
        qelos_reader: ::core::option::Option<u32>,
    },
    /// Without fields.
    #[response(409)]
    Twice {},
    /// A tuple without fields.
    #[response(410)]
    Gone(),
    /// A name of the prelude.
    #[response(5xx)]
    Err(ApiError),
    /// A name of the prelude.
    #[response(_)]
    Ok(ApiError),
}

/// An endpoint whose response cannot be written.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/pages", response = Page<OnlyRead>, error = Refused, auth = SignedIn)]
pub struct GetPage {}

/// An endpoint whose response can be absent, and written.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/names", response = ::core::option::Option<::std::string::String>, raw, none = 404, auth = SignedIn)]
pub struct FindName {}

#[::core::prelude::v1::test]
fn responses_are_written() {
    let _ = FindName::encode_response(&::core::option::Option::None);
    let _ = Refused::Twice {}.to_response();
}
