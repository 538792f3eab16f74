//! Endpoints of one's own with `qelos-client` as the only dependency: nothing of `http`, `serde` or `tokio` in the
//! manifest, and no attribute that an ordinary user would not write.
#![deny(missing_docs, warnings)]

use qelos_client::auth::SignedIn;
use qelos_client::serde::{Deserialize, Serialize};
use qelos_client::{Call, Client, DecodeRequest, Endpoint, OAuth, resource};

/// An invoice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(crate = "qelos_client::serde")]
pub struct Invoice {
    /// Its number.
    pub number: u32,
}

/// Creates an invoice.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", response = Invoice, auth = SignedIn)]
pub struct CreateInvoice {
    /// Who pays.
    pub customer: String,
}

/// The invoices.
#[resource(path = "/api/invoices", auth = SignedIn, decode)]
pub trait Invoices {
    /// Lists them.
    #[get]
    async fn list(&self, page: Option<u32>) -> Vec<Invoice>;

    /// Creates one.
    #[endpoint(CreateInvoice)]
    async fn create(&self, invoice: CreateInvoice) -> Invoice;

    /// Deletes one.
    #[delete("/{number}")]
    async fn delete(&self, number: u32);
}

/// Calls all of them.
///
/// # Errors
///
/// When one of them fails.
pub async fn tidy_up(client: &Client<OAuth>) -> Result<(), qelos_client::Error> {
    let created = client.invoices().create(CreateInvoice { customer: "ACME".to_owned() }).await?;
    for invoice in client.invoices().list(Some(1)).await? {
        client.invoices().delete(invoice.number).await?;
    }
    let again: Call<_, _, Invoice> = client.call(&CreateInvoice { customer: created.number.to_string() });
    again.await.map(drop)
}

#[cfg(test)]
mod tests {
    use qelos_client::RequestSnapshot;

    use super::*;

    #[test]
    fn requests_can_be_looked_at() {
        let shown = |snapshot: Result<RequestSnapshot, _>| snapshot.unwrap().to_string();
        assert_eq!(
            shown(RequestSnapshot::of(&InvoicesList { page: Some(2) })),
            "GET /api/invoices?page=2\naccept: application/json\n"
        );
        assert_eq!(
            shown(RequestSnapshot::of(&InvoicesDelete { number: 7 })),
            "DELETE /api/invoices/7\naccept: application/json\n"
        );
    }
}
