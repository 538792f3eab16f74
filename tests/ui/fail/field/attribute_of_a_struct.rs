use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(GET, "/api/invoices", response = u32, auth = SignedIn)]
    page: u32,
}

fn main() {}
