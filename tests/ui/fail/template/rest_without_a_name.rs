use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/files/{*}", auth = SignedIn)]
struct First;

fn main() {}
