use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{extra}", auth = SignedIn)]
struct Get {
    #[serde(flatten)]
    extra: String,
    #[endpoint(header = "x-more")]
    #[serde(flatten)]
    more: String,
}

fn main() {}
