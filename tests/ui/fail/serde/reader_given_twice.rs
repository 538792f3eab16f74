use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(deserialize_with = "read", deserialize_with = "read")]
    at: u32,
}

fn main() {}
