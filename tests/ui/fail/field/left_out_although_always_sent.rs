use qelos_client::{Endpoint, SecretString, auth::{Public, SignedIn}};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct DefaultOfABody {
    #[endpoint(body)]
    #[serde(default)]
    invoice: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct DefaultOfARawBody {
    #[endpoint(raw)]
    #[serde(default)]
    file: Vec<u8>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct DefaultOfAPathValue {
    #[serde(default)]
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct SkippedPathValue {
    #[serde(skip_serializing_if = "String::is_empty")]
    number: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = Public)]
struct SkippedBearerToken {
    #[endpoint(bearer)]
    #[serde(skip_serializing_if = "is_empty")]
    token: SecretString,
}

fn main() {}
