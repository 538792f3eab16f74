use std::collections::BTreeMap;

use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/search", auth = Public)]
struct Search {
    #[endpoint(header = "x-filter", nested)]
    header: BTreeMap<String, String>,
    #[endpoint(nested)]
    json: BTreeMap<String, String>,
    #[endpoint(query, nested)]
    name: Option<String>,
    #[endpoint(query, nested, comma)]
    list: Vec<String>,
    #[endpoint(query, nested)]
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

fn main() {}
