use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(header)]
    trace: String,
    #[endpoint(quary, secret)]
    page: u32,
    #[serde(alias = "x", flatten)]
    extra: u32,
}

fn main() {}
