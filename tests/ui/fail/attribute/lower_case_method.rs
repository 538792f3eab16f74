use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(get, "/api/invoices", auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(Post, "/api/invoices", auth = SignedIn)]
struct Create;

fn main() {}
