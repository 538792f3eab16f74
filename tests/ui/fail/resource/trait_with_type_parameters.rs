use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Entities<T> {
    #[get]
    async fn list(&self) -> Vec<T>;
}

fn main() {}
