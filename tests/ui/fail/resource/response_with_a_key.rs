use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/open", response = Vec<String>)]
    async fn list(&self);
}

fn main() {}
