use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{amount}", auth = SignedIn)]
struct Find {
    amount: Money,
}

fn main() {}
