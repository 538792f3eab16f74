use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", respnse = String, auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", idempotnt, auth = SignedIn)]
struct Create;

fn main() {}
