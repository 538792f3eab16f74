//! Neighbours do not get in each other's way.
#![deny(warnings)]

use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[post("/list")]
    async fn create(&self, note: &str);
}

#[resource(path = "/api/bills", auth = SignedIn)]
pub trait Bills {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[head]
    async fn r#move(&self, r#type: u32);
}

#[resource]
trait Empty {}

pub async fn run(client: Client<OAuth>) {
    let _ = client.invoices().list().await;
    let _ = client.bills().list().await;
    let _ = client.bills().r#move(7).await;
    let _ = client.empty();
}
