use qelos_client::{Endpoint, SecretString, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = SignedIn)]
struct Renew {
    #[endpoint(bearer)]
    token: SecretString,
}

fn main() {}
