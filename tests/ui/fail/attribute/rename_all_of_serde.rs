use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, rename_all = "camelCase")]
struct ListInvoices {
    page_number: u32,
}

#[resource(path = "/api/orders", auth = SignedIn)]
trait Orders {
    #[get(rename_all = "camelCase")]
    async fn list(&self, page_number: u32) -> Vec<String>;
}

fn main() {}
