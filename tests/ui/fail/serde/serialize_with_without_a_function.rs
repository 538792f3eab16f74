use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(serialize_with)]
    a: u32,
    #[serde(deserialize_with = 7)]
    b: u32,
}

fn main() {}
