use qelos_client::{Endpoint, auth::{Public, SignedIn}, resource};

#[resource(path = "/api/things", auth = SignedIn)]
pub trait Things {
    #[get("/{id}")]
    async fn get(&self, #[cfg(any())] id: u32) -> u32;
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/notes", auth = Public)]
struct ListNotes;

#[resource(path = "/api/notes")]
trait Notes {
    #[endpoint(ListNotes)]
    #[cfg(unix)]
    async fn list(&self, notes: &ListNotes);
}

#[resource(auth = SignedIn)]
trait Hub {
    #[resource]
    #[cfg(unix)]
    fn things(&self) -> impl Things;
}

fn main() {}
