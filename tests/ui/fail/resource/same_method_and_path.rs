use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/{id}")]
    async fn get(&self, id: u32) -> String;

    #[get("/{number}")]
    async fn find(&self, number: u32) -> String;

    #[get]
    async fn list(&self, page: u32) -> Vec<String>;

    #[get]
    async fn list_first(&self, page: Option<u32>) -> Vec<String>;

    // A value of one segment, and one of several.
    #[get("/{*path}")]
    async fn file(&self, path: &str) -> String;

    // Another parameter is another request.
    #[get]
    async fn watch(&self, watch: bool) -> String;
}

fn main() {}
