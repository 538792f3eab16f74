use qelos_client::multipart::File;
use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Search {
    #[endpoint(part)]
    scan: File,
}

fn main() {}
