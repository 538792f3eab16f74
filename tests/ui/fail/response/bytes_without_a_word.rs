use qelos_client::{Endpoint, auth::SignedIn, bytes::Bytes, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Bytes, auth = SignedIn)]
struct GetFile;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Vec<u8>, auth = SignedIn)]
struct GetVec;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Option<Bytes>, none = 404, auth = SignedIn)]
struct FindFile;

#[resource(path = "/api/files", auth = SignedIn)]
trait Files {
    #[get]
    async fn get(&self) -> Bytes;
}

fn main() {}
