use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, #[query] page: u32, #[header("x-trace")] trace: u32) -> Vec<String>;
}

fn main() {}
