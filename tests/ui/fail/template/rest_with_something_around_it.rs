use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/files/v{*path}", auth = SignedIn)]
struct First {
    path: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/files/{*path}.pdf", auth = SignedIn)]
struct Second {
    path: String,
}

fn main() {}
