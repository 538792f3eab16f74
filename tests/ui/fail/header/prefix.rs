use std::collections::BTreeMap;

use qelos_client::{Endpoint, SecretString, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Prefixes {
    #[endpoint(header = "*")]
    all: BTreeMap<String, String>,
    #[endpoint(header = "x-*")]
    most: BTreeMap<String, String>,
    #[endpoint(header = "x-amz-*-*")]
    twice: BTreeMap<String, String>,
    #[endpoint(header = "x-amz-meta-*", secret)]
    secret: SecretString,
}

fn main() {}
