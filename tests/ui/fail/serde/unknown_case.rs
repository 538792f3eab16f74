use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(rename_all = "camelcase")]
struct Create {
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(rename_all = "Train-Case")]
struct Train {
    note: String,
}

fn main() {}
