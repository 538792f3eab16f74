use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/open", query)]
    async fn list(&self, page: u32);
}

fn main() {}
