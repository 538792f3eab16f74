use qelos_client::{ApiTokenAuth, Client, auth::Session, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[delete(auth = Session)]
    async fn delete_all(&self);
}

async fn run(client: Client<ApiTokenAuth>) {
    client.invoices().list().await;
    client.invoices().delete_all().await;
}

fn main() {}
