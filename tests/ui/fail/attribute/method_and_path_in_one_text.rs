use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint("GET /api/invoices", auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint("get /api/invoices", auth = SignedIn)]
struct LowerCase;

fn main() {}
