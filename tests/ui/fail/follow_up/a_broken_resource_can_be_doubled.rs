use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("//")]
    async fn list(&self) -> Vec<String>;
    #[get("/{id}")]
    async fn get(&self, id: u32) -> String;
}

struct Double;

impl Invoices for Double {
    type Error = String;

    async fn list(&self) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    async fn get(&self, id: u32) -> Result<String, String> {
        Ok(id.to_string())
    }
}

async fn report(invoices: &impl Invoices) {
    let _ = invoices.list().await;
}

async fn run(client: Client<OAuth>) {
    report(&Double).await;
    report(&client.invoices()).await;
}

fn main() {}
