use qelos_client::{Client, Endpoint, OAuth, auth::SignedIn};

struct Invoice;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create<T> {
    #[endpoint(body)]
    entity: T,
}

async fn run(client: Client<OAuth>) {
    client.call(&Create { entity: Invoice }).await;
}

fn main() {}
