use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, names: Vec<&str>) -> Vec<String>;
    #[get("/a")]
    async fn first(&self, page: &mut u32) -> Vec<String>;
    #[get("/b")]
    async fn second(&self, name: &'static str) -> Vec<String>;
    #[get("/c")]
    async fn third(&self, names: &[&str]) -> Vec<String>;
}

fn main() {}
