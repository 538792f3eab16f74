use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(PROPFIND, "/files/{path}", auth = SignedIn)]
struct Find {
    path: String,
    depth: u8,
}

#[resource(path = "/cache", auth = SignedIn)]
trait Cache {
    #[method("PURGE", "/{key}")]
    async fn purge(&self, key: u32, region: &str);
}

fn main() {}
