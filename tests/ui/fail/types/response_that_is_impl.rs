use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = impl Iterator<Item = u32>, auth = SignedIn)]
struct ListInvoices;

fn main() {}
