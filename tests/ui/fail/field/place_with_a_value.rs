use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(path = "id")]
    number: u32,
    #[endpoint(skip = true)]
    local: u32,
}

fn main() {}
