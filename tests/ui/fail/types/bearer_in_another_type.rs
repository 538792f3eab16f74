use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = Public)]
struct Renew {
    #[endpoint(bearer)]
    token: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = Public)]
struct Optional {
    #[endpoint(bearer)]
    token: Option<SecretString>,
}

fn main() {}
