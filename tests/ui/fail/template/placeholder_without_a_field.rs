use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    customer: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/bills/{number}", auth = SignedIn)]
struct Unit;

fn main() {}
