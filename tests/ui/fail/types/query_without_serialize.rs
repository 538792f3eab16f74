use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    amount: Money,
}

fn main() {}
