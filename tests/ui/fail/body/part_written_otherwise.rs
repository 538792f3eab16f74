use std::collections::BTreeMap;

use qelos_client::bytes::Bytes;
use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Parts {
    #[endpoint(part)]
    scan: Vec<u8>,
    #[endpoint(part)]
    preview: Option<Bytes>,
    #[endpoint(part)]
    labels: BTreeMap<String, String>,
    #[serde(with = "cents")]
    #[endpoint(part)]
    price: u32,
    #[serde(flatten)]
    #[endpoint(part)]
    more: Vec<String>,
    #[endpoint(part)]
    title: String,
    #[endpoint(part, rename = "title")]
    heading: String,
    #[endpoint(part = "note")]
    note: String,
}

fn main() {}
