use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = "1s", timeout = "2s", auth = SignedIn)]
struct ListInvoices;

fn main() {}
