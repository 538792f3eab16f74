use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", error = &'static str, auth = SignedIn)]
struct ListInvoices;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get(error = &'static str)]
    async fn list(&self);
}

fn main() {}
