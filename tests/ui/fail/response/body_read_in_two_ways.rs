use qelos_client::{Endpoint, auth::SignedIn, bytes::Bytes, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Bytes, raw, json, auth = SignedIn)]
struct GetFile;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Bytes, raw = "text/csv", raw, auth = SignedIn)]
struct Twice;

#[resource(path = "/api/files", auth = SignedIn)]
trait Files {
    #[get(json, format = Csv)]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
