use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(skip_serializing_if)]
    a: Option<u32>,
    #[serde(skip_serializing_if = Option::is_none)]
    b: Option<u32>,
}

fn main() {}
