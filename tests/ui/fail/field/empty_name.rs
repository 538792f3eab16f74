use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(rename = "")]
    page: u32,
    #[serde(rename = "")]
    limit: u32,
}

fn main() {}
