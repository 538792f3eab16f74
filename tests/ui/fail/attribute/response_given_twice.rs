use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = String, response = u32, auth = SignedIn)]
struct ListInvoices;

fn main() {}
