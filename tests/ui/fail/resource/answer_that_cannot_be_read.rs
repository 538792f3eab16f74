use qelos_client::{auth::SignedIn, resource};

struct Invoice;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<Invoice>;
}

fn main() {}
