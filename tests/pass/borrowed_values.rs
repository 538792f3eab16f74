//! Structs may borrow; what is read back may be a `Cow`.
#![deny(warnings)]

use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

use std::borrow::Cow;

#[derive(Endpoint)]
#[endpoint(POST, "/api/{name}", auth = SignedIn)]
pub struct Create<'a> {
    pub name: &'a str,
    pub note: &'a str,
    #[endpoint(header = "x-trace")]
    pub trace: Option<&'a str>,
    pub lines: &'a [u32],
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api", auth = SignedIn)]
pub struct ReadBack<'a> {
    pub note: Cow<'a, str>,
    #[endpoint(query)]
    pub tag: Cow<'a, str>,
}
