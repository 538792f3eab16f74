use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(header = "accept")]
    value_1: String,
    #[endpoint(header = "content-type")]
    value_2: String,
    #[endpoint(header = "accept-encoding")]
    value_3: String,
    #[endpoint(header = "content-encoding")]
    value_4: String,
}

fn main() {}
