use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{invoice_ide}", response = String, auth = SignedIn)]
struct Misspelt {
    invoice_id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{invoiceId}", response = String, auth = SignedIn)]
struct OtherCase {
    invoice_id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", response = String, auth = SignedIn)]
struct Missing {
    customer: String,
}

fn main() {}
