use qelos_client::{Anonymous, Client, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

async fn run(client: Client<Anonymous>) {
    client.invoices().list().await;
}

fn main() {}
