use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/:id", auth = SignedIn)]
struct First;

fn main() {}
