use qelos_client::{auth::SignedIn, resource};

#[derive(Clone)]
pub struct Owner(String);

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[resource(path = "/api/repos/{owner}", places(owner: Owner), auth = SignedIn)]
trait Repos {
    #[get(pages(number = page))]
    async fn list(&self, page: u32) -> Vec<String>;
}

fn main() {}
