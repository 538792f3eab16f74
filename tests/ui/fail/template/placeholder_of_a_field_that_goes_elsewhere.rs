use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    #[endpoint(query)]
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/bills/{number}", auth = SignedIn)]
struct GetBill {
    #[endpoint(skip)]
    number: u32,
}

fn main() {}
