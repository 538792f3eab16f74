use qelos_client::{auth::SignedIn, resource};

#[resource(auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
