//! Types and modules of the user with the names that generated code needs.
#![deny(warnings)]

pub struct Result;
pub struct Option;
pub struct String;
pub struct Vec;
pub struct Box;
pub struct Request;
pub struct Response;
pub struct Send;
pub struct Future;
pub struct Display;
pub struct Default;
pub struct Duration;
pub struct Bytes;
pub struct Method;
pub struct Some;
pub struct Ok;
pub struct Err;
pub mod core {}
pub mod std {}
pub mod alloc {}
pub mod http {}
pub mod bytes {}
pub mod serde {}
pub mod qelos_client {}
pub mod qelos_spec {}

#[derive(::qelos_client::Endpoint, ::qelos_client::DecodeRequest)]
#[endpoint(POST, "/api/{number}", response = ::std::vec::Vec<u32>, auth = ::qelos_client::auth::SignedIn, timeout = "3s")]
pub struct Everything {
    pub number: u32,
    #[endpoint(query)]
    pub page: ::std::option::Option<u32>,
    #[endpoint(header = "x-part")]
    pub parts: ::std::vec::Vec<u32>,
    #[serde(default)]
    pub note: ::std::string::String,
    #[endpoint(skip)]
    pub local: u32,
}

#[::qelos_client::resource(path = "/api/invoices", auth = ::qelos_client::auth::SignedIn, decode)]
pub trait Invoices {
    #[get]
    async fn list(&self, page: ::std::option::Option<u32>) -> ::std::vec::Vec<u32>;
    #[endpoint(Everything)]
    async fn everything(&self, request: &Everything) -> ::std::vec::Vec<u32>;
    #[delete]
    async fn delete(&self, numbers: &[u32]);
}
