use qelos_client::{DecodeRequest, Endpoint, auth::Public};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{amount}", auth = Public)]
struct Written {
    #[endpoint(display)]
    amount: Money,
}

struct Shown;

impl std::fmt::Display for Shown {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", auth = Public)]
struct Read {
    #[endpoint(query, display)]
    shown: Option<Shown>,
}

fn main() {}
