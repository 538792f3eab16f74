use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices: std::fmt::Debug {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
