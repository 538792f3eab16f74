//! Unused parts of a private resource cause no warning.
#![deny(warnings)]

use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{number}")]
    async fn get(&self, number: u32) -> String;
}

/// Only its handle is used.
#[resource(path = "/api/notes", auth = SignedIn)]
trait Notes {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[delete("/{number}")]
    async fn delete(&self, number: u32);
}

/// Only one of its methods is used.
#[resource(path = "/api/tags", auth = SignedIn)]
trait Tags {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[delete("/{name}")]
    async fn delete(&self, name: &str);
}

async fn titles(client: &Client<OAuth>) -> usize {
    client.notes().list().await.map_or(0, |notes| notes.len())
}

async fn names(tags: &impl Tags) -> usize {
    tags.list().await.map_or(0, |tags| tags.len())
}

#[test]
fn private_items_are_used() {
    let _ = (titles, async |client: &Client<OAuth>| names(&client.tags()).await);
}
