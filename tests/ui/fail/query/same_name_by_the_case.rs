use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
#[serde(rename_all = "camelCase")]
struct ListInvoices {
    unit_price: u32,
    #[serde(rename = "unitPrice")]
    price: u32,
}

fn main() {}
