use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/100%", auth = SignedIn)]
struct First;

#[derive(Endpoint)]
#[endpoint(GET, "/api/%2x", auth = SignedIn)]
struct Second;

#[derive(Endpoint)]
#[endpoint(GET, "/api/%2e%2E/users", auth = SignedIn)]
struct Third;

fn main() {}
