use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", idempotent = true, auth = SignedIn)]
struct Create;

fn main() {}
