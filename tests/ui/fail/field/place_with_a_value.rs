use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(query = "p")]
    page: u32,
    #[endpoint(skip = true)]
    local: u32,
}

fn main() {}
