use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(header = "authorization")]
    value_1: String,
    #[endpoint(header = "cookie")]
    value_2: String,
    #[endpoint(header = "x-api-key")]
    value_3: String,
    #[endpoint(header = "proxy-authorization")]
    value_4: String,
    #[endpoint(header = "set-cookie")]
    value_5: String,
}

fn main() {}
