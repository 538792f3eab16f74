use qelos_client::{Endpoint, auth::SignedIn};

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(skip_serializing_if = "is_zero")]
    note: String,
}

fn main() {}
