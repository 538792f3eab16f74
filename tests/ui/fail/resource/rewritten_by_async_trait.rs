use qelos_client::{Client, OAuth, auth::SignedIn, resource};

// What `#[async_trait]` makes of `async fn list(&self, tag: &str) -> Vec<u32>` when it stands above `#[resource]`.
#[resource(path = "/api/things", auth = SignedIn)]
pub trait Things {
    #[get]
    #[must_use]
    fn list<'life0, 'life1, 'async_trait>(
        &'life0 self,
        tag: &'life1 str,
    ) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Vec<u32>> + ::core::marker::Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait;
}

async fn call(client: &Client<OAuth>) -> Result<Vec<u32>, qelos_client::Error> {
    client.things().list("a").await
}

fn main() {}
