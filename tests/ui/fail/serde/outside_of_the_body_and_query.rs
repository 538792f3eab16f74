use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{extra}", auth = SignedIn)]
struct Flattened {
    #[serde(flatten)]
    extra: String,
    #[endpoint(header = "x-more")]
    #[serde(flatten)]
    more: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/{at}", auth = SignedIn)]
struct WrittenByAFunction {
    #[serde(with = "iso8601")]
    at: u32,
    #[endpoint(header = "x-at")]
    #[serde(serialize_with = "write")]
    header: u32,
}

fn main() {}
