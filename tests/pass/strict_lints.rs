//! Nothing generated is a warning in a strict crate.
#![deny(missing_docs, unsafe_code, warnings, unused_qualifications, unreachable_pub, elided_lifetimes_in_paths)]
#![deny(rust_2018_idioms, missing_debug_implementations, unused, nonstandard_style)]
#![allow(missing_debug_implementations, reason = "the generated ones are in question")]

use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn, resource};

/// The invoices.
#[resource(path = "/api/invoices", auth = SignedIn, decode)]
pub trait Invoices {
    /// Lists them.
    #[get]
    async fn list(&self, page: Option<u32>) -> Vec<String>;
    /// Forgets one.
    #[deprecated = "they are kept"]
    #[delete("/{number}")]
    async fn delete(&self, number: u32);
    /// Creates one.
    #[endpoint(CreateInvoice)]
    async fn create(&self, invoice: &CreateInvoice) -> u64;
}

/// Creates one.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", response = u64, auth = SignedIn, timeout = "3s")]
pub struct CreateInvoice {
    /// What it is for.
    pub note: String,
    /// Not sent.
    #[endpoint(skip)]
    pub local: u32,
    /// Goes somewhere else soon.
    #[deprecated]
    pub old: Option<u32>,
}

/// Lists them.
#[deprecated = "ask for pages"]
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
pub struct ListInvoices;
