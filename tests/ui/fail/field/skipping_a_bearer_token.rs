use qelos_client::{Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = Public)]
struct Renew {
    #[endpoint(bearer)]
    #[serde(skip_serializing_if = "is_empty")]
    token: SecretString,
}

fn main() {}
