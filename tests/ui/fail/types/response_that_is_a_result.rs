use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Result<Vec<String>, String>, auth = SignedIn)]
struct ListInvoices;

fn main() {}
