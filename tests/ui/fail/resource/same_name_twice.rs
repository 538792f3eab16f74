use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait TwoArguments {
    #[get]
    async fn list(&self, page: u32, page: u32) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait TwoMethods {
    #[get]
    async fn list(&self) -> Vec<String>;

    #[get("/open")]
    async fn list(&self, page: u32) -> Vec<String>;
}

fn main() {}
