use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{numbers}", auth = SignedIn)]
struct Find {
    numbers: Vec<u32>,
}

fn main() {}
