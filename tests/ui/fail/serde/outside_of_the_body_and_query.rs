use std::collections::BTreeMap;

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
#[endpoint(POST, "/api", auth = SignedIn)]
struct WrittenByAFunction {
    #[endpoint(header = "x-at-*")]
    #[serde(with = "iso8601")]
    headers: BTreeMap<String, String>,
    #[endpoint(raw)]
    #[serde(serialize_with = "write")]
    content: Vec<u8>,
}

fn main() {}
