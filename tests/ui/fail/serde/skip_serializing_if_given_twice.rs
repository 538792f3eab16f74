use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(skip_serializing_if = "f", skip_serializing_if = "f")]
    note: String,
}

fn main() {}
