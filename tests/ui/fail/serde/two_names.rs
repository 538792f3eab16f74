use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(rename(serialize = "a", deserialize = "b"))]
    note: String,
}

fn main() {}
