use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Two {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(body)]
    lines: Vec<String>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WholeAndPart {
    #[endpoint(body)]
    invoice: String,
    note: String,
}

fn main() {}
