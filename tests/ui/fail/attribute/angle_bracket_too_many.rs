use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, response = Vec<String>>)]
struct ListInvoices;

fn main() {}
