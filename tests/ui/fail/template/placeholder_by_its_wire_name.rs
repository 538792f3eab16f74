use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{id}", auth = SignedIn)]
struct GetInvoice {
    #[serde(rename = "id")]
    number_of_the_invoice: u32,
}

fn main() {}
