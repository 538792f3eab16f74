use qelos_client::auth::Public;
use qelos_client::{Endpoint, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/notes", auth = Public)]
struct ListNotes;

#[resource(path = "/api/notes")]
trait Notes {
    #[endpoint(ListNotes)]
    #[cfg(unix)]
    async fn list(&self, notes: &ListNotes);
}

fn main() {}
