use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/{id}", auth = SignedIn)]
trait Invoices {
    #[get("/{id}")]
    async fn get(&self, id: u32) -> String;
}

fn main() {}
