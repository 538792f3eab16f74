use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(self) -> Vec<String>;
    #[get("/a")]
    async fn first(&mut self) -> String;
    #[get("/b")]
    async fn second(self: &Self) -> String;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait WithoutSelf {
    #[get]
    async fn list() -> Vec<String>;
}

fn main() {}
