use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Upload {
    #[endpoint(raw = "text/csv")]
    lines: String,
    note: String,
}

fn main() {}
