use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

fn nine() -> u32 {
    9
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(default = "nine")]
    note: String,
}

fn main() {}
