use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    number: Option<u32>,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/{number}")]
    async fn get(&self, number: Option<&str>) -> String;
}

fn main() {}
