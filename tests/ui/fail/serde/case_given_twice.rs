use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(rename_all = "camelCase")]
#[serde(rename_all = "kebab-case")]
struct Create {
    note: String,
}

fn main() {}
