use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(secret, secret)]
    password: SecretString,
}

fn main() {}
