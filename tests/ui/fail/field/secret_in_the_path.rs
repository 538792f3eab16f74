use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/api/login/{password}", auth = Public)]
struct LogIn {
    #[endpoint(secret)]
    password: SecretString,
}

fn main() {}
