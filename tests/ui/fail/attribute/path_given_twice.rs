use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", "/api/bills", auth = SignedIn)]
struct ListInvoices;

fn main() {}
