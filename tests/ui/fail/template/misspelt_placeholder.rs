use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{invoice_ide}", auth = SignedIn)]
struct GetInvoice {
    invoice_id: u32,
}

fn main() {}
