use qelos_client::{Endpoint, auth::SignedIn};

struct Invoice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Invoice, auth = SignedIn)]
struct GetInvoice;

fn main() {}
