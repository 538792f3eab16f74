use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, (page, size): (u32, u32)) -> Vec<String>;
    #[get("/a")]
    async fn first(&self, _: u32) -> Vec<String>;
    #[get("/b")]
    async fn second(&self, ref page: u32) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Mutable {
    #[get]
    async fn list(&self, mut page: u32) -> Vec<String>;
}

fn main() {}
