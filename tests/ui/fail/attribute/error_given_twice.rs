use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", error = String, error = u32, auth = SignedIn)]
struct ListInvoices;

fn main() {}
