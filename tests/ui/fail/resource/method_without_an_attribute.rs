use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    async fn list(&self) -> Vec<String>;
}

fn main() {}
