//! Declarations that a macro of the user writes.
#![deny(warnings)]

use qelos_client::{Client, DecodeRequest, Endpoint, OAuth, auth::SignedIn, resource};

macro_rules! endpoint {
    ($name:ident, $method:ident, $path:literal, $field:ident: $ty:ty => $response:ty) => {
        #[derive(Endpoint, DecodeRequest)]
        #[endpoint($method, $path, response = $response, auth = SignedIn)]
        pub struct $name {
            pub $field: $ty,
        }
    };
}

endpoint!(GetInvoice, GET, "/api/invoices/{number}", number: u32 => Vec<String>);
endpoint!(CreateInvoice, POST, "/api/invoices", note: Option<String> => u64);

macro_rules! entities {
    ($name:ident, $path:literal, $entity:ty) => {
        #[resource(path = $path, auth = SignedIn)]
        pub trait $name {
            #[get]
            async fn list(&self, page: Option<u32>) -> Vec<$entity>;
            #[get("/{id}")]
            async fn get(&self, id: &str) -> $entity;
        }
    };
}

entities!(Invoices, "/api/invoices", String);
entities!(Bills, "/api/bills", u32);

pub async fn run(client: Client<OAuth>) {
    let _ = client.invoices().get("7").await;
    let _ = client.bills().list(None).await;
}
