use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POTS, "/api/invoices", auth = SignedIn)]
struct Create;

fn main() {}
