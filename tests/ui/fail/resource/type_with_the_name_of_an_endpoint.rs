use qelos_client::{auth::SignedIn, resource};

struct InvoicesList;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
