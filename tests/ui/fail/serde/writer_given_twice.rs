use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(with = "iso8601", serialize_with = "write")]
    at: u32,
}

fn main() {}
