use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/{nummer}")]
    async fn get(&self, number: u32) -> String;
}

#[resource(path = "/api/workspaces/{workspace}/invoices", auth = SignedIn)]
trait OnTheResource {
    #[get]
    async fn list(&self) -> Vec<String>;
    // It takes the placeholder, so that all of them do.
    #[post]
    async fn create(&self, workspace: u32);
}

fn main() {}
