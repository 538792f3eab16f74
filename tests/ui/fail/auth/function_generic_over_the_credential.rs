use qelos_client::{Client, Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices;

async fn run<C: qelos_client::Credential>(client: Client<C>) {
    client.call(&ListInvoices).await;
}

fn main() {}
