use qelos_client::{Client, DecodeRequest, Endpoint, OAuth, RequestSnapshot, auth::SignedIn, resource};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices/{nummer}", response = String, auth = SignedIn)]
struct GetInvoice {
    number: u32,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/{nummer}")]
    async fn get(&self, number: u32) -> String;

    #[get]
    async fn list(&self) -> Vec<String>;
}

async fn run(client: Client<OAuth>) {
    let _: String = client.call(&GetInvoice { number: 7 }).await.unwrap();
    let _ = RequestSnapshot::of(&GetInvoice { number: 7 });
    let _: String = client.invoices().get(7).await.unwrap();
    let _: Vec<String> = client.invoices().list().await.unwrap();
}

fn main() {}
