use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, #[endpoint(default = "many")] limit: Option<u32>) -> String;
    #[get("/first")]
    async fn first(&self, #[endpoint(default = true)] limit: Option<u32>) -> String;
    #[get("/last")]
    async fn last(&self, #[endpoint(default = 1.5)] order: Option<&str>) -> String;
}

fn main() {}
