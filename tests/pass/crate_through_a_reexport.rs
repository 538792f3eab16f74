//! The crate under another path.
#![deny(warnings)]

pub mod reexport {
    pub mod api {
        pub use qelos_client::*;
    }
}

use reexport::api::{DecodeRequest, Endpoint, auth::SignedIn, resource};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", response = Vec<String>, auth = SignedIn, crate = crate::crate_through_a_reexport::reexport::api)]
pub struct ListInvoices;

#[resource(path = "/api/invoices", auth = SignedIn, decode, crate = crate::crate_through_a_reexport::reexport::api)]
pub trait Invoices {
    #[get("/{number}")]
    async fn get(&self, number: u32) -> String;
    #[endpoint(ListInvoices)]
    async fn list(&self) -> Vec<String>;
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = ::qelos_client)]
pub struct Absolute;
