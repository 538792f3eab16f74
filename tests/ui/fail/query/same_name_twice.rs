use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct List {
    page: u32,
    #[serde(rename = "page")]
    number: u32,
}

fn main() {}
