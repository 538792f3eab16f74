use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    pub async fn list(&self) -> Vec<String>;
}

async fn call(client: &Client<OAuth>) -> Result<Vec<String>, qelos_client::Error> {
    client.invoices().list().await
}

fn main() {}
