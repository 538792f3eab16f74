use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{id}/lines/{id}", auth = SignedIn)]
struct Twice {
    id: u32,
}

#[resource(path = "/api/{id}", auth = SignedIn)]
trait OnTheResource {
    #[get("/{id}")]
    async fn get(&self, id: u32) -> String;
}

fn main() {}
