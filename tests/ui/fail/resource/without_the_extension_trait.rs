mod shipments {
    use qelos_client::{auth::SignedIn, resource};

    #[resource(path = "/api/shipments", auth = SignedIn)]
    pub trait Shipments {
        #[get]
        async fn list(&self) -> Vec<String>;
    }
}

use qelos_client::{Client, OAuth};

async fn run(client: Client<OAuth>) {
    client.shipments().list().await;
}

fn main() {}
