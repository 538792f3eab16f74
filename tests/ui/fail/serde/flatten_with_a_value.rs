use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(flatten = true)]
    extra: String,
    #[serde(skip = true)]
    local: u32,
}

fn main() {}
