use qelos_client::{Endpoint, auth::SignedIn, bytes::Bytes};

#[derive(Endpoint)]
#[endpoint(GET, "/api/files", response = Bytes, auth = SignedIn)]
struct GetFile;

fn main() {}
