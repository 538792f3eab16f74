use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/files/{*path}", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn get(&self, path: &str) -> String;
    #[get("/{name}")]
    async fn version(&self, path: &str, name: &str) -> String;
}

fn main() {}
