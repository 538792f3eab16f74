use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(rename_all = "camelCase")]
#[serde(rename_all = "kebab-case")]
struct CaseTwice {
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct DefaultTwice {
    #[serde(default, default)]
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct FlattenTwice {
    #[serde(flatten, flatten)]
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct ReaderTwice {
    #[serde(deserialize_with = "read", deserialize_with = "read")]
    at: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct SkipSerializingIfTwice {
    #[serde(skip_serializing_if = "f", skip_serializing_if = "f")]
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WriterTwice {
    #[serde(with = "iso8601", serialize_with = "write")]
    at: u32,
}

fn main() {}
