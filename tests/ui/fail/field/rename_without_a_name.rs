use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(rename)]
    page: u32,
    #[endpoint(rename = p)]
    limit: u32,
    #[endpoint(rename = 7)]
    offset: u32,
}

fn main() {}
