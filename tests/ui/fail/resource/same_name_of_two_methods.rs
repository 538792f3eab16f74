use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;

    #[get("/open")]
    async fn list(&self, page: u32) -> Vec<String>;
}

fn main() {}
