use qelos_client::{Anonymous, Client, Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", response = u64, auth = SignedIn)]
struct CreateInvoice {
    note: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[endpoint(CreateInvoice)]
    async fn create(&self, invoice: &CreateInvoice) -> u64;
}

async fn run(client: Client<Anonymous>, invoice: CreateInvoice) {
    client.invoices().create(&invoice).await;
}

fn main() {}
