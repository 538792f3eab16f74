use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/api/login/{password}", auth = Public)]
struct LogIn {
    #[endpoint(secret_in_url)]
    password: SecretString,
}

fn main() {}
