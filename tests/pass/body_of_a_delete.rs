//! A `DELETE` has a query unless it says it has a body.
#![deny(warnings)]

use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn, resource};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(DELETE, "/api/invoices", auth = SignedIn)]
pub struct DeleteInvoices {
    pub dry_run: bool,
    #[endpoint(body)]
    pub numbers: Vec<u32>,
}

#[resource(path = "/api/bills", auth = SignedIn, decode)]
pub trait Bills {
    #[delete]
    async fn delete(&self, #[endpoint(form)] reason: &str, #[endpoint(form)] numbers: &[u32]);
    #[delete("/{number}")]
    async fn delete_one(&self, number: u32, reason: Option<&str>);
}
