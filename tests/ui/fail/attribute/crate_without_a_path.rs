use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = "::qelos_client")]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate)]
struct Alone;

fn main() {}
