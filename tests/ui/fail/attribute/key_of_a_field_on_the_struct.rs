use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", query, auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", header = "x-page", auth = SignedIn)]
struct WithHeader;

fn main() {}
