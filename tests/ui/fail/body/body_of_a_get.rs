use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Search {
    #[endpoint(body)]
    filter: String,
}

fn main() {}
