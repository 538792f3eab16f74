use qelos_client::{Endpoint, OAuth};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = String)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = OAuth)]
struct ByOAuth;

fn main() {}
