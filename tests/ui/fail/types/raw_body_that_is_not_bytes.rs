use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Upload {
    #[endpoint(raw)]
    lines: Vec<String>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Optional {
    #[endpoint(raw)]
    file: Option<Vec<u8>>,
}

fn main() {}
