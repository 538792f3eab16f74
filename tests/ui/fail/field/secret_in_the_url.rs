use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/api/login/{password}", auth = Public)]
struct InThePath {
    #[endpoint(secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/login", auth = Public)]
struct InTheQuery {
    #[endpoint(secret)]
    password: SecretString,
}

fn main() {}
