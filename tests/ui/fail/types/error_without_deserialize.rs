use qelos_client::{Endpoint, auth::SignedIn, resource};

struct Refusal;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", error = Refusal, auth = SignedIn)]
struct ListInvoices;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get(error = Refusal)]
    async fn list(&self);
}

fn main() {}
