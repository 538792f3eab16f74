use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    page: u32,
    #[serde(rename = "page")]
    number: u32,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, page: u32, #[endpoint(rename = "page")] number: u32);
}

fn main() {}
