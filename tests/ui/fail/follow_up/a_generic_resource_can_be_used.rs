use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Entities<T> {
    #[get]
    async fn list(&self) -> Vec<T>;
}

async fn run(client: Client<OAuth>) {
    let _: Vec<String> = client.entities().list().await.unwrap();
}

fn main() {}
