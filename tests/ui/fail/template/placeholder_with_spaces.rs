use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{ number }", auth = SignedIn)]
struct GetInvoice {
    number: u32,
}

fn main() {}
