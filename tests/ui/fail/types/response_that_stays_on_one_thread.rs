use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = std::rc::Rc<str>, auth = SignedIn)]
struct ListInvoices;

fn main() {}
