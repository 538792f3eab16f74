use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/../admin", auth = SignedIn)]
struct First;

#[derive(Endpoint)]
#[endpoint(GET, "/api/./invoices", auth = SignedIn)]
struct Second;

fn main() {}
