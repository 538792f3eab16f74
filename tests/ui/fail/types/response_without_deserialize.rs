use qelos_client::{Endpoint, auth::SignedIn};

struct Invoice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Invoice, auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Vec<Invoice>, auth = SignedIn)]
struct All;

fn main() {}
