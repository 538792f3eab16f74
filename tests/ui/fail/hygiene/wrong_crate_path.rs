use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = crate::reexport)]
struct ListInvoices;

fn main() {}
