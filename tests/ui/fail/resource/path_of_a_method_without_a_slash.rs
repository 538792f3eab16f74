use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("open")]
    async fn list(&self);
    #[get("{number}")]
    async fn get(&self, number: u32);
}

fn main() {}
