use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", raw = "application/pdf", auth = SignedIn)]
struct GetFile;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = (), json, auth = SignedIn)]
struct GetNothing;

#[resource(path = "/api/files", auth = SignedIn)]
trait Files {
    #[get(raw)]
    async fn get(&self);
}

fn main() {}
