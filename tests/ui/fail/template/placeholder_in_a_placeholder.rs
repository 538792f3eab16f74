use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{{id}}", auth = SignedIn)]
struct First {
    id: u32,
}

fn main() {}
