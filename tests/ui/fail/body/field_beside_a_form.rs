use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(form)]
    number: u32,
    note: String,
}

fn main() {}
