use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Multipart {
    #[endpoint(multipart)]
    file: Vec<u8>,
}

fn main() {}
