use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(transparent)]
struct Create {
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(tag = "kind")]
struct Tagged {
    note: String,
}

fn main() {}
