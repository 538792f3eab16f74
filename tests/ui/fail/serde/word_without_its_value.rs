use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(rename_all = camelCase)]
struct RenameAll {
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct DefaultAsANumber {
    #[serde(default = 7)]
    count: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WriterAndReader {
    #[serde(serialize_with)]
    a: u32,
    #[serde(deserialize_with = 7)]
    b: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct SkipSerializingIf {
    #[serde(skip_serializing_if)]
    a: Option<u32>,
    #[serde(skip_serializing_if = Option::is_none)]
    b: Option<u32>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct With {
    #[serde(with)]
    at: u32,
    #[serde(with = iso8601)]
    by: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct NoPath {
    #[serde(skip_serializing_if = "|note| note.is_none()")]
    note: Option<String>,
    #[serde(default = "7 + 2")]
    count: u32,
}

fn main() {}
