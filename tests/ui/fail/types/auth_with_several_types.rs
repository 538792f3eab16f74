use qelos_client::{Endpoint, auth::Session, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = (SignedIn, Session))]
struct ListInvoices;

fn main() {}
