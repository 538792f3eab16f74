use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = Public)]
struct Renew {
    #[endpoint(bearer, secret)]
    token: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = Public)]
struct RenewByUrl {
    #[endpoint(bearer, secret_in_url)]
    token: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(skip, secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogInByUrl {
    #[endpoint(skip, secret_in_url)]
    password: SecretString,
}

fn main() {}
