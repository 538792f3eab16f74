use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Result<Vec<String>, String>;
    #[get("/first")]
    async fn first(&self) -> std::io::Result<String>;
    #[get("/last")]
    async fn last(&self) -> Result<String, qelos_client::Error>;
}

fn main() {}
