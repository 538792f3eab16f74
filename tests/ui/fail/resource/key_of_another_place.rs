use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait OfAnArgument {
    #[get("/open", query)]
    async fn list(&self, page: u32);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait OfTheResource {
    #[get("/open", decode)]
    async fn list(&self, page: u32);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait PathAsAKey {
    #[get(path = "/open")]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait ResponseAsAKey {
    #[get("/open", response = Vec<String>)]
    async fn list(&self);
}

fn main() {}
