use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = "0s", auth = SignedIn)]
struct ListInvoices;

fn main() {}
