use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(PUT, "/api/invoices/{invoice_id}", auth = SignedIn)]
struct UpdateInvoice {
    #[endpoint(path, rename = "id")]
    invoice_id: u32,
    #[endpoint(header = "x-trace", rename = "trace")]
    trace: String,
    #[endpoint(body)]
    #[serde(rename = "invoice")]
    body: String,
}

fn main() {}
