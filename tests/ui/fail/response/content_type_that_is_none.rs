use qelos_client::Response;

use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Response)]
struct Page(#[response(raw = "a picture")] String);

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = String, raw = "pdf", auth = SignedIn)]
struct GetFile;

fn main() {}
