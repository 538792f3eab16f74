use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auht = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
