use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POTS, "/api/invoices", auth = SignedIn)]
struct Swapped;

#[derive(Endpoint)]
#[endpoint(get, "/api/invoices", auth = SignedIn)]
struct LowerCase;

fn main() {}
