use qelos_client::auth::SignedIn;
use qelos_client::resource;

#[resource(path = "/api/crates", auth = SignedIn)]
trait Crate {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
