use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn with_a_body(&self) -> Vec<String> {
        Vec::new()
    }

    #[get("/a")]
    async fn without_self() -> Vec<String>;

    #[get("/b")]
    async fn generic<T>(&self) -> Vec<T>;

    #[get("/c")]
    fn not_async(&self) -> Vec<String>;

    #[get("/d")]
    async fn result(&self) -> Result<Vec<String>, String>;

    async fn unmarked(&self) -> Vec<String>;
}

fn main() {}
