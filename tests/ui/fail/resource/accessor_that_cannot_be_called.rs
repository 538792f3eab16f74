use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/office/workspaces", auth = SignedIn)]
trait Workspaces {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/calls", auth = SignedIn)]
trait Call {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/crates", auth = SignedIn)]
trait Crate {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
