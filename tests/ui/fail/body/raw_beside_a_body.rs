use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(raw)]
    file: Vec<u8>,
}

fn main() {}
