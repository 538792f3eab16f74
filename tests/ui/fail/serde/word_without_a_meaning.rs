use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(alias = "remark")]
    note: String,
    #[serde(borrow)]
    name: String,
}

fn main() {}
