//! What the failing cases get wrong, right.
#![deny(warnings)]

use qelos_client::multipart::File;
use qelos_client::{
    Client, DecodeRequest, Endpoint, OAuth, SecretString, Upload, auth::Public, auth::SignedIn, resource,
};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/v{version}/invoices/{number}.pdf", response = Vec<String>, auth = SignedIn)]
pub struct Everything {
    pub version: u8,
    #[endpoint(path)]
    pub number: String,
    #[endpoint(query)]
    pub page: Option<u32>,
    #[endpoint(query, rename = "tag")]
    pub tags: Vec<String>,
    #[endpoint(query, secret_in_url)]
    pub ticket: SecretString,
    #[endpoint(header = "x-trace")]
    pub trace: Option<u64>,
    #[endpoint(header = "x-part")]
    pub parts: Vec<String>,
    #[endpoint(header = "x-otp", secret)]
    pub otp: SecretString,
    pub note: String,
    #[endpoint(secret)]
    pub pin: Option<SecretString>,
    #[endpoint(skip)]
    pub local: u32,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(PUT, "/", auth = Public)]
pub struct WholeBody {
    #[endpoint(body)]
    pub lines: Vec<String>,
    #[endpoint(bearer)]
    pub token: SecretString,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/scans", auth = SignedIn)]
pub struct Parts {
    #[endpoint(part)]
    pub title: String,
    #[endpoint(part, json)]
    pub tags: Vec<String>,
    #[endpoint(part, secret)]
    pub pin: Option<SecretString>,
    #[endpoint(part)]
    pub scan: File,
    #[endpoint(part, rename = "page")]
    pub pages: Vec<Upload>,
    #[endpoint(query)]
    pub dry_run: bool,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/content", auth = SignedIn)]
pub struct Content {
    #[endpoint(raw = "image/png")]
    pub content: Upload,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/{type}", response = T, auth = SignedIn)]
pub struct Generic<T: Send + 'static> {
    pub r#type: String,
    #[endpoint(skip)]
    pub marker: std::marker::PhantomData<T>,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    async fn list(&self, page: Option<u32>) -> Vec<String>;
    #[get("/{number}")]
    async fn get(&self, number: &str) -> String;
    #[post(auth = Public)]
    async fn create(&self, note: String, #[endpoint(query)] dry_run: bool);
    #[endpoint(Everything)]
    async fn everything(&self, request: &Everything) -> Vec<String>;
}

pub async fn report(invoices: &impl Invoices) -> usize {
    invoices.list(None).await.map_or(0, |list| list.len())
}

pub async fn run(client: Client<OAuth>) {
    report(&client.invoices()).await;
    tokio::spawn(client.invoices().get("7"));
}
