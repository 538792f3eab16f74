//! Texts that a method takes as the caller has them.
#![deny(warnings)]

use std::borrow::Cow;

use qelos_client::auth::SignedIn;
use qelos_client::{Client, OAuth, resource};

#[resource(path = "/api/invoices", auth = SignedIn, decode)]
pub trait Invoices {
    #[get("/{customer}", pages(cursor = after, next = |page| page.last().cloned().map(Some)))]
    async fn list(
        &self,
        customer: impl AsRef<str>,
        #[endpoint(query, comma)] fields: &[&str],
        note: Cow<'_, str>,
        state: impl Into<Option<String>> + Send,
        after: Option<String>,
    ) -> Vec<String>;
    #[post]
    async fn create(&self, note: impl Into<String>, tags: &[&str], #[endpoint(header = "x-trace")] trace: Cow<'_, str>);
}

pub async fn call(client: &Client<OAuth>) {
    let owned = String::from("ada");
    let _ = client.invoices().list(&owned, &["a", "b"], "x".into(), None, None).await;
    let _ = client.invoices().list_items(owned, &[], Cow::Owned(String::new()), Some("open".to_owned()), None);
    let _ = client.invoices().create("hosting", &["a"], "b".into()).await;
}

pub async fn over_any(invoices: &impl Invoices) {
    let _ = invoices.create('x', &[], Cow::Borrowed("y")).await;
}
