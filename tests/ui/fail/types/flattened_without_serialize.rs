use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(flatten)]
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct List {
    #[serde(flatten)]
    amount: Money,
}

fn main() {}
