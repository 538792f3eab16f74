use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    async fn list<'a>(&'a self, customer: &'a str) -> Vec<String>;
    #[get("/search")]
    async fn search<'a>(&'a self, text: std::borrow::Cow<'a, str>) -> Vec<String>;
}

async fn call(client: &Client<OAuth>) -> Result<Vec<String>, qelos_client::Error> {
    client.invoices().list("a").await
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait TypeParameters {
    #[get]
    async fn list<T>(&self) -> Vec<T>;
    #[get("/a")]
    async fn first<const N: usize>(&self) -> String;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait WhereClauses {
    #[get]
    async fn list(&self) -> Vec<String>
    where
        Self: Sized;
}

fn main() {}
