use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(skip_serializing_if = "|note| note.is_none()")]
    note: Option<String>,
    #[serde(default = "7 + 2")]
    count: u32,
}

fn main() {}
