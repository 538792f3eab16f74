use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn name(&self) -> &str;
    #[get("/all")]
    async fn all(&self) -> Vec<&'static str>;
}

fn main() {}
