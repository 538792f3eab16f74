use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/files/{*path}/versions/{version}", auth = SignedIn)]
struct First {
    path: String,
    version: u32,
}

fn main() {}
