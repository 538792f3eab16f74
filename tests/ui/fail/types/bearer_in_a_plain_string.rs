use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = Public)]
struct Renew {
    #[endpoint(bearer)]
    token: String,
}

fn main() {}
