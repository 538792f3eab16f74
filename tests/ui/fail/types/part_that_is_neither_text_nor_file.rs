use qelos_client::multipart::File;
use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

struct Lines;

#[derive(serde::Serialize)]
struct Written;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Text {
    #[endpoint(part)]
    lines: Lines,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Json {
    #[endpoint(part, json)]
    scan: File,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Nested {
    #[endpoint(part)]
    scans: Vec<Option<File>>,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Read {
    #[endpoint(part)]
    written: Written,
}

fn main() {}
