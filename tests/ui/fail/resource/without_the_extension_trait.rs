mod invoices {
    use qelos_client::{auth::SignedIn, resource};

    #[resource(path = "/api/invoices", auth = SignedIn)]
    pub trait Invoices {
        #[get]
        async fn list(&self) -> Vec<String>;
    }
}

use qelos_client::{Client, OAuth};

async fn run(client: Client<OAuth>) {
    client.invoices().list().await;
}

fn main() {}
