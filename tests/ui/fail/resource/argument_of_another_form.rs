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

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Borrowing {
    #[get]
    async fn list(&self, names: Vec<&str>) -> Vec<String>;
    #[get("/a")]
    async fn first(&self, page: &mut u32) -> Vec<String>;
    #[get("/b")]
    async fn second(&self, name: &'static str) -> Vec<String>;
    #[get("/c")]
    async fn third(&self, names: &[&u32]) -> Vec<String>;
    #[get("/d")]
    async fn fourth(&self, name: std::borrow::Cow<'_, [u8]>) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait OfAnyType {
    #[get]
    async fn list(&self, name: impl ToString) -> Vec<String>;
    #[get("/a")]
    async fn first(&self, names: Vec<impl Into<String>>) -> Vec<String>;
}

fn main() {}
