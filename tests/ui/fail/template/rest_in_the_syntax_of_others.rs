use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/files/*path", auth = SignedIn)]
struct First {
    path: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/files/{path..}", auth = SignedIn)]
struct Second {
    path: String,
}

fn main() {}
