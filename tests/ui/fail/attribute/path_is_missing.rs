use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, auth = SignedIn)]
struct ListInvoices;

fn main() {}
