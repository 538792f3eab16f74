use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Misspelt {
    #[gte]
    async fn list(&self) -> Vec<String>;
    #[POST]
    async fn create(&self, note: String);
}

fn main() {}
