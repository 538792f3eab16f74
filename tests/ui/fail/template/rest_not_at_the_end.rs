use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/files/{*path}/versions", auth = SignedIn)]
struct First {
    path: String,
}

fn main() {}
