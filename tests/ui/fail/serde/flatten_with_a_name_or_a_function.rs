use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WithAName {
    #[serde(flatten, rename = "extra")]
    extra: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WithAFunction {
    #[serde(flatten, with = "module")]
    extra: String,
    #[serde(flatten, default)]
    more: String,
}

fn main() {}
