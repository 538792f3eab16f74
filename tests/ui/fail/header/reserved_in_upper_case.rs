use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(header = "Authorization")]
    value_1: String,
    #[endpoint(header = "Content-Type")]
    value_2: String,
}

fn main() {}
