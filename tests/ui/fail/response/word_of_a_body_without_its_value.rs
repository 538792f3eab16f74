use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = String, raw = Pdf, auth = SignedIn)]
struct GetFile;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = String, format, auth = SignedIn)]
struct Formatted;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = String, json = true, auth = SignedIn)]
struct Json;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Option<String>, none, auth = SignedIn)]
struct Find;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Option<String>, none = 404, none = 410, auth = SignedIn)]
struct Twice;

#[derive(Endpoint)]
#[endpoint(POST, "/api/file", auth = SignedIn)]
struct Upload {
    #[endpoint(format)]
    rows: Vec<u32>,
}

fn main() {}
