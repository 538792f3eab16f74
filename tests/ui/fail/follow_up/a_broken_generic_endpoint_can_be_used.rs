use qelos_client::{Client, Endpoint, OAuth, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{kindd}", response = T, auth = SignedIn)]
struct Get<T: Send + 'static> {
    kind: String,
    #[endpoint(skip)]
    marker: std::marker::PhantomData<T>,
}

async fn run(client: Client<OAuth>) {
    let _: u32 = client.call(&Get { kind: "a".to_owned(), marker: std::marker::PhantomData }).await.unwrap();
}

fn main() {}
