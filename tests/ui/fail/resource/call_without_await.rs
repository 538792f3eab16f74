#![deny(warnings)]

use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

pub async fn call(client: &Client<OAuth>) {
    client.invoices().list();
}

fn main() {}
