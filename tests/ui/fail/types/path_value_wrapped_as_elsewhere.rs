use qelos_client::{Endpoint, auth::SignedIn};

struct Path<T>(T);

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    number: Path<u32>,
}

fn main() {}
