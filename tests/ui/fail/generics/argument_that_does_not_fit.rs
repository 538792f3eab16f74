use std::marker::PhantomData;

use qelos_client::{Client, Endpoint, OAuth, auth::SignedIn};

struct Invoice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/entities", response = Vec<T>, auth = SignedIn)]
struct List<T> {
    #[endpoint(skip)]
    kind: PhantomData<T>,
}

async fn response(client: Client<OAuth>) {
    client.call(&List::<Invoice> { kind: PhantomData }).await;
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/entities/{id}", auth = SignedIn)]
struct Get<T> {
    id: T,
}

async fn path_value(client: Client<OAuth>) {
    client.call(&Get { id: Invoice }).await;
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create<T> {
    #[endpoint(body)]
    entity: T,
}

async fn body(client: Client<OAuth>) {
    client.call(&Create { entity: Invoice }).await;
}

fn main() {}
