use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/files/{*path}/versions/{version}", auth = SignedIn)]
struct Files {
    path: String,
    version: u32,
}

#[resource(path = "/files/{*path}", auth = SignedIn)]
trait OnTheResource {
    #[get]
    async fn get(&self, path: &str) -> String;
    #[get("/{name}")]
    async fn version(&self, path: &str, name: &str) -> String;
}

fn main() {}
