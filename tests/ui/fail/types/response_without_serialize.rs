use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

#[derive(qelos_client::serde::Deserialize)]
#[serde(crate = "qelos_client::serde")]
struct Invoice(u32);

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", response = Invoice, auth = SignedIn)]
struct ListInvoices;

fn main() {}
