use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/open", cache = "1h")]
    async fn list(&self);
    #[post("/open", idempotnt)]
    async fn open(&self);
}

fn main() {}
