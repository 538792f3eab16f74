use qelos_client::{Endpoint, SecretString, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Flattened {
    #[endpoint(secret)]
    #[serde(flatten)]
    extra: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WrittenByAFunction {
    #[endpoint(secret)]
    #[serde(serialize_with = "write")]
    password: SecretString,
}

fn main() {}
