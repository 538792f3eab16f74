use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(with)]
    at: u32,
    #[serde(with = iso8601)]
    by: u32,
}

fn main() {}
