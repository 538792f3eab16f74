use std::rc::Rc;

use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Vec<std::rc::Rc<str>>, auth = SignedIn)]
struct ListInvoices;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Rc<Vec<String>>;
}

fn main() {}
