use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(header = "x-amount")]
    amount: Money,
    #[endpoint(header = "x-amounts")]
    amounts: Option<Money>,
}

fn main() {}
