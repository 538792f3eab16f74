use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = &'static str, auth = SignedIn)]
struct ListInvoices;

fn main() {}
