//! The methods for the pages of a method are added under their names.

use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/a", auth = SignedIn)]
pub trait Numbers {
    #[get(pages(number = page))]
    async fn list(&self, page: u32) -> Vec<u16>;
    #[get("/items")]
    async fn list_items(&self) -> Vec<u16>;
}

#[resource(path = "/b", auth = SignedIn)]
pub trait Letters {
    #[get(pages(number = page))]
    async fn list(&self, page: u32) -> Vec<u16>;
    #[get("/pages")]
    async fn list_pages(&self) -> u8;
}

fn main() {}
