use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{amount}", auth = SignedIn)]
struct PathValue {
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{numbers}", auth = SignedIn)]
struct ListInThePath {
    numbers: Vec<u32>,
}

struct Path<T>(T);

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct Wrapped {
    number: Path<u32>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Headers {
    #[endpoint(header = "x-amount")]
    amount: Money,
    #[endpoint(header = "x-amounts")]
    amounts: Option<Money>,
}

fn main() {}
