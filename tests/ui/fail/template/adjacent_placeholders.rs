use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{year}{number}", auth = SignedIn)]
struct First {
    year: u16,
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/files/{name}-{*rest}", auth = SignedIn)]
struct BeforeTheRest {
    name: String,
    rest: String,
}

fn main() {}
