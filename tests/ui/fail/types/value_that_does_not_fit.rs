use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{amount}", auth = SignedIn)]
struct InThePath {
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct InAHeader {
    #[endpoint(header = "x-amount")]
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct InTheBody {
    amount: Money,
}

fn main() {}
