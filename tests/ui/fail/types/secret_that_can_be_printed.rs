use qelos_client::{Endpoint, auth::Public};

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(secret)]
    password: String,
}

fn main() {}
