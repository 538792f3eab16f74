//! Texts as arguments: the method takes them as the caller has them, and the request owns a `String`.

use std::borrow::Cow;

use qelos_client::auth::Public;
use qelos_client::testing::FakeTransport;
use qelos_client::{Client, resource};

use super::shown;

#[resource(path = "/invoices", auth = Public, decode)]
pub trait Invoices {
    #[post("/{customer}")]
    async fn create(
        &self,
        customer: impl AsRef<str>,
        #[endpoint(query, comma)] fields: &[&str],
        #[endpoint(header = "x-note")] note: Cow<'_, str>,
        state: impl Into<Option<String>>,
    );
}

#[tokio::test]
async fn a_method_takes_texts_as_the_caller_has_them() {
    let create = InvoicesCreate {
        customer: "ada".to_owned(),
        fields: vec!["a".to_owned(), "b".to_owned()],
        note: "n".to_owned(),
        state: None,
    };
    assert_eq!(
        shown(&create),
        "POST /invoices/ada?fields=a,b\naccept: application/json\ncontent-type: application/json\nx-note: n\n\n{}\n"
    );
    let network = FakeTransport::new();
    network.expect(&create).reply(&());
    network.expect(&InvoicesCreate { state: Some("open".to_owned()), ..create }).reply(&());
    let client = Client::builder("https://acme.example").transport(network).build().unwrap();
    client.invoices().create(String::from("ada"), &["a", "b"], "n".into(), None).await.unwrap();
    client.invoices().create("ada", &["a", "b"], Cow::Owned("n".to_owned()), "open".to_owned()).await.unwrap();
}
