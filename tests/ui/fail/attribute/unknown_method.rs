use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(FETCH, "/api/invoices", auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(OPTIONS, "/api/invoices", auth = SignedIn)]
struct Options;

fn main() {}
