use std::collections::BTreeMap;

use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    labels: BTreeMap<String, String>,
    more: Option<BTreeMap<String, u32>>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct CreateInvoice {
    #[endpoint(form)]
    labels: BTreeMap<String, String>,
}

fn main() {}
