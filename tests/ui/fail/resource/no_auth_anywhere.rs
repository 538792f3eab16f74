use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices")]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{number}", auth = SignedIn)]
    async fn get(&self, number: u32) -> String;
}

fn main() {}
