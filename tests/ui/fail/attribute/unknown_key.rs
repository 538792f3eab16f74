use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", respnse = String, auth = SignedIn)]
struct OfTheEndpoint;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct OfAField {
    #[endpoint(quary)]
    page: u32,
}

fn main() {}
