use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    #[serde(skip_serializing_if = "String::is_empty")]
    number: String,
}

fn main() {}
