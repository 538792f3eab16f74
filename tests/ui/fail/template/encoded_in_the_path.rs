use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/open%20invoices", auth = SignedIn)]
struct First;

fn main() {}
