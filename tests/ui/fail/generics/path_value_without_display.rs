use qelos_client::{Client, Endpoint, OAuth, auth::SignedIn};

struct Invoice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/entities/{id}", auth = SignedIn)]
struct Get<T> {
    id: T,
}

async fn run(client: Client<OAuth>) {
    client.call(&Get { id: Invoice }).await;
}

fn main() {}
