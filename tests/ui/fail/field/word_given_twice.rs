use qelos_client::{Endpoint, SecretString, auth::{Public, SignedIn}};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct RenamedTwice {
    #[endpoint(rename = "p")]
    #[serde(rename = "page")]
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct SecretTwice {
    #[endpoint(secret, secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/login", auth = Public)]
struct SecretTwiceInUrl {
    #[endpoint(secret, secret_in_url)]
    password: SecretString,
}

fn main() {}
