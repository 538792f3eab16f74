use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(secret)]
    password: String,
    #[endpoint(secret)]
    pin: Option<u32>,
}

fn main() {}
