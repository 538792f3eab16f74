use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", path = "/api/bills", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/bills", auth = SignedIn, decode, decode)]
trait Bills {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
