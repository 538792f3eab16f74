use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/things", auth = SignedIn)]
pub trait Things {
    #[get("/{id}")]
    async fn get(&self, #[cfg(any())] id: u32) -> u32;
}

fn main() {}
