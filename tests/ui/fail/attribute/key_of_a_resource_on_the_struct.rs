use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", decode, auth = SignedIn)]
struct ListInvoices;

fn main() {}
