use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Upload {
    #[endpoint(raw)]
    lines: Vec<String>,
}

fn main() {}
