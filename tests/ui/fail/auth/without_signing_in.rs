use qelos_client::{Anonymous, Client, Endpoint, api::GetMe, auth::SignedIn, resource};

async fn me() {
    let client = Client::new("https://acme.example").unwrap();
    client.call(&GetMe).await;
    client.logged_in_user().await;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

async fn method(client: Client<Anonymous>) {
    client.invoices().list().await;
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", response = u64, auth = SignedIn)]
struct CreateInvoice {
    note: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Orders {
    #[endpoint(CreateInvoice)]
    async fn create(&self, invoice: &CreateInvoice) -> u64;
}

async fn existing_endpoint(client: Client<Anonymous>, invoice: CreateInvoice) {
    client.orders().create(&invoice).await;
}

fn main() {}
