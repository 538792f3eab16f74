use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn, idempotent = false)]
struct CreateInvoice;

fn main() {}
