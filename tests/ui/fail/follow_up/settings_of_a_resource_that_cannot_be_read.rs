use qelos_client::{Client, OAuth, RequestSnapshot, resource};

#[resource(path = "/api/invoices", auth = "SignedIn")]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{number}")]
    async fn get(&self, number: u32) -> String;
}

async fn run(client: Client<OAuth>) {
    let _: Vec<String> = client.invoices().list().await.unwrap();
    let _: String = client.invoices().get(7).await.unwrap();
    let _ = RequestSnapshot::of(&InvoicesGet { number: 7 });
}

fn main() {}
