use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(flatten, with = "module")]
    extra: String,
    #[serde(flatten, default)]
    more: String,
}

fn main() {}
