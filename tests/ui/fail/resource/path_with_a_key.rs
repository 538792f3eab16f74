use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get(path = "/open")]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
