use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(body)]
    #[serde(default)]
    invoice: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Upload {
    #[endpoint(raw)]
    #[serde(default)]
    file: Vec<u8>,
}

fn main() {}
