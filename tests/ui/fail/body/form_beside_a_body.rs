use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(form)]
    note: String,
}

fn main() {}
