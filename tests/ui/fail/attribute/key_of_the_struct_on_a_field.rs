use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(auth = SignedIn)]
    page: u32,
    #[endpoint(timeout = "3s")]
    limit: u32,
}

fn main() {}
