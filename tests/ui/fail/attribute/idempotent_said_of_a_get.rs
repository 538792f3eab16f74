use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", idempotent, auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(DELETE, "/api/invoices", idempotent, auth = SignedIn)]
struct Delete;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[put(idempotent)]
    async fn replace(&self, all: Vec<String>);
}

fn main() {}
