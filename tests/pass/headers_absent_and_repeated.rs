//! Headers that may be absent or come several times, of types that are not known yet.
#![deny(warnings)]

use qelos_client::{Client, DecodeRequest, Endpoint, OAuth, auth::SignedIn};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices/{id}", auth = SignedIn)]
pub struct GetInvoice<T, U, V> {
    pub id: T,
    #[endpoint(header = "x-trace")]
    pub trace: U,
    #[endpoint(header = "x-page")]
    pub page: Option<T>,
    #[endpoint(header = "x-part")]
    pub parts: Vec<V>,
}

pub async fn run(client: Client<OAuth>) {
    let _ = client.call(&GetInvoice { id: 7, trace: 'a', page: None, parts: vec![true] }).await;
}
