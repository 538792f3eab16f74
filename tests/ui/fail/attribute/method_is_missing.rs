use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint("/api/invoices", auth = SignedIn)]
struct ListInvoices;

fn main() {}
