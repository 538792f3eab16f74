use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auht = SignedIn)]
trait OnTheResource {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait OnAMethod {
    #[get("/open", cache = "1h")]
    async fn list(&self);
    #[post("/open", idempotnt)]
    async fn open(&self);
}

fn main() {}
