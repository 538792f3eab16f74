use qelos_client::{Client, Endpoint, OAuth, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create<T> {
    #[endpoint(body)]
    entity: T,
}

async fn create<T>(client: Client<OAuth>, entity: T) {
    client.call(&Create { entity }).await;
}

fn main() {}
