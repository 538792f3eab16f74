use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = String, auth = SignedIn)]
struct GetInvoice {
    #[endpoint(path)]
    number: u32,
}

fn main() {}
