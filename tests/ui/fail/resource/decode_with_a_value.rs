use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn, decode = true)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
