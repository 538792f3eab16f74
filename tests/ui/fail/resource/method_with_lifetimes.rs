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

fn main() {}
