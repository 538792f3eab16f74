use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[gte]
    async fn list(&self) -> Vec<String>;
    #[POST]
    async fn create(&self, note: String);
}

fn main() {}
