//! A method that stands for an endpoint: without fields, generic, by value, by reference.
#![deny(warnings)]

use qelos_client::{Endpoint, auth::SignedIn, resource};

use qelos_client::serde::{Serialize, de::DeserializeOwned};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Vec<String>, auth = SignedIn)]
pub struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/entities", response = Vec<T>, auth = SignedIn)]
pub struct List<T: DeserializeOwned + Send + 'static> {
    #[endpoint(skip)]
    pub kind: std::marker::PhantomData<T>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/entities", auth = SignedIn)]
pub struct Create<T: Serialize, const N: usize = 3> {
    pub entities: Vec<T>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/{name}", auth = SignedIn)]
pub struct Borrowed<'a> {
    pub name: &'a str,
}

#[derive(Endpoint)]
#[endpoint(HEAD, "/api/empty", auth = SignedIn)]
pub struct Empty<const N: usize> {}

#[resource]
pub trait Entities {
    #[endpoint(ListInvoices)]
    async fn invoices(&self) -> Vec<String>;
    #[endpoint(List<u32>)]
    async fn list(&self, list: &List<u32>) -> Vec<u32>;
    #[endpoint(Create<u32>)]
    async fn create(&self, entities: Create<u32>);
    #[endpoint(Empty<3>)]
    async fn probe(&self) -> ();
}
