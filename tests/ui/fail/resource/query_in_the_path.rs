use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("?page={page}")]
    async fn list(&self, page: u32) -> Vec<String>;
    #[get("/open?page={page}")]
    async fn open(&self, page: u32) -> Vec<String>;
}

fn main() {}
