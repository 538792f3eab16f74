use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(form)]
    amount: Money,
}

fn main() {}
