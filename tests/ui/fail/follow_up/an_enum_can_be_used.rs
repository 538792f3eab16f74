use qelos_client::{Client, DecodeRequest, Endpoint, OAuth, auth::SignedIn};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", response = String, auth = SignedIn)]
enum Invoices {
    Open,
}

async fn run(client: Client<OAuth>) {
    let _: String = client.call(&Invoices::Open).await.unwrap();
}

fn main() {}
