use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", path = "/api/bills", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/bills", auth = SignedIn, decode, decode)]
trait Bills {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait PathTwice {
    #[get("/open", "/closed")]
    async fn list(&self);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait TwoAttributes {
    #[get]
    #[post]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
