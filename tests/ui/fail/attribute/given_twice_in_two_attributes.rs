use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices")]
#[endpoint(auth = SignedIn, "/api/bills")]
struct ListInvoices;

fn main() {}
