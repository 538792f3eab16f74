use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Search {
    #[endpoint(form)]
    filter: String,
}

fn main() {}
