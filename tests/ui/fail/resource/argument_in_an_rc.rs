use std::rc::Rc;

use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, customer: Rc<str>) -> Vec<String>;
    #[post("/open")]
    async fn open(&self, notes: &[Rc<str>]) -> u32;
}

async fn run(client: Client<OAuth>, customer: Rc<str>) {
    let _ = client.invoices().list(customer).await;
}

fn main() {}
