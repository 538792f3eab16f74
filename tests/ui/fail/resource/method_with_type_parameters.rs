use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list<T>(&self) -> Vec<T>;
    #[get("/a")]
    async fn first<const N: usize>(&self) -> String;
}

fn main() {}
