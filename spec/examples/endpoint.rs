//! An endpoint as its author writes it. The code that the macros write is in `endpoint-expanded.rs`.
#![allow(missing_docs, reason = "the names of the fields say it")]

use qelos_spec::auth::SignedIn;
use qelos_spec::{DecodeRequest, Endpoint, RequestSnapshot};

/// Adds a line to an invoice.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices/{number}/lines", response = u32, auth = SignedIn)]
#[serde(rename_all = "camelCase")]
pub struct AddLine {
    pub number: u64,
    #[endpoint(query)]
    pub dry_run: bool,
    #[endpoint(header = "x-request-id")]
    pub request_id: Option<String>,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<u64>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let line =
        AddLine { number: 7, dry_run: true, request_id: None, text: "hosting".to_owned(), unit_price: Some(1200) };
    print!("{}", RequestSnapshot::of(&line)?);

    // A server reads the same values.
    let request = line.encode()?.into_http(&"https://acme.example".parse()?)?;
    assert_eq!(AddLine::decode_request(&request)?, line);
    Ok(())
}
