use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/workspaces/{workspace}/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
