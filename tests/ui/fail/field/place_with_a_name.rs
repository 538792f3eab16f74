use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(query = "pageNumber")]
    page: u32,
}

fn main() {}
