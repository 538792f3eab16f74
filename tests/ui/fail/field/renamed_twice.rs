use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(rename = "p")]
    #[serde(rename = "page")]
    number: u32,
}

fn main() {}
