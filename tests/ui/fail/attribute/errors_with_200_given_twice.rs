use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", errors_with_200, errors_with_200, auth = SignedIn)]
struct Create;

fn main() {}
