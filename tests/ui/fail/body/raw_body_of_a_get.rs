use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Search {
    #[endpoint(raw = "text/plain")]
    filter: String,
}

fn main() {}
