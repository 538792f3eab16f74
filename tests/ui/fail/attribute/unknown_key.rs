use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", cache = "1h", auth = SignedIn)]
struct ListInvoices;

fn main() {}
