use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(secret, secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/login", auth = Public)]
struct LogInByUrl {
    #[endpoint(secret, secret_in_url)]
    password: SecretString,
}

fn main() {}
