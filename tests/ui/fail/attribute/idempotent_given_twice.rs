use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", idempotent, idempotent, auth = SignedIn)]
struct Create;

fn main() {}
