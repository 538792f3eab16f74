use qelos_client::{auth::SignedIn, resource};

#[resource(path = /api/invoices, auth = SignedIn)]
trait WithoutQuotes {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource("/api/invoices", auth = SignedIn)]
trait WithoutAKey {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
