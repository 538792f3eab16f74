use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(body, secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct Raw {
    #[endpoint(raw, secret)]
    password: String,
}

fn main() {}
