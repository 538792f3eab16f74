use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{year}{number}", auth = SignedIn)]
struct First {
    year: u16,
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/{year}-{number}", auth = SignedIn)]
struct Second {
    year: u16,
    number: u32,
}

fn main() {}
