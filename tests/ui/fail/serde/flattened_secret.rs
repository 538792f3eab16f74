use qelos_client::{Endpoint, SecretString, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(secret)]
    #[serde(flatten)]
    extra: SecretString,
}

fn main() {}
