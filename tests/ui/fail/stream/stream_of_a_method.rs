//! The same rules hold for a method of a resource.

use qelos_client::auth::SignedIn;
use qelos_client::{Lines, resource};

#[resource(path = "/api/changes", auth = SignedIn)]
trait AllChanges {
    #[get(raw)]
    async fn watch(&self) -> Lines<u32>;
}

fn main() {}
