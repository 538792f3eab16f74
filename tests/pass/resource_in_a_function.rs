//! Declared where it is used.
#![deny(warnings)]

use qelos_client::{Client, DecodeRequest, Endpoint, OAuth, auth::SignedIn, resource};

pub async fn run(client: Client<OAuth>) {
    #[derive(Endpoint, DecodeRequest)]
    #[endpoint(GET, "/api/invoices/{number}", response = String, auth = SignedIn)]
    struct GetInvoice {
        number: u32,
    }

    #[resource(path = "/api/invoices", auth = SignedIn)]
    trait Invoices {
        #[get]
        async fn list(&self) -> Vec<String>;
        #[endpoint(GetInvoice)]
        async fn get(&self, invoice: GetInvoice) -> String;
    }

    let _ = client.invoices().list().await;
    let _ = client.invoices().get(GetInvoice { number: 7 }).await;
}
