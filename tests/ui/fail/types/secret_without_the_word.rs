use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct ByHeader {
    #[endpoint(header = "x-otp")]
    otp: SecretString,
}

fn main() {}
