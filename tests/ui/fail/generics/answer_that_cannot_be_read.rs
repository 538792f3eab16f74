use qelos_client::{Client, Endpoint, OAuth, auth::SignedIn};

use std::marker::PhantomData;

struct Invoice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/entities", response = Vec<T>, auth = SignedIn)]
struct List<T> {
    #[endpoint(skip)]
    kind: PhantomData<T>,
}

async fn run(client: Client<OAuth>) {
    client.call(&List::<Invoice> { kind: PhantomData }).await;
}

fn main() {}
