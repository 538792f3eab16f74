use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{at}", auth = SignedIn)]
struct Get {
    #[serde(with = "iso8601")]
    at: u32,
    #[endpoint(header = "x-at")]
    #[serde(serialize_with = "write")]
    header: u32,
}

fn main() {}
