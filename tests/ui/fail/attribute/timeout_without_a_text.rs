use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = 30, auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout, auth = SignedIn)]
struct Alone;

fn main() {}
