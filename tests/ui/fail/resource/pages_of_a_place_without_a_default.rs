use qelos_client::{auth::SignedIn, resource};

#[derive(Clone, serde::Serialize)]
pub struct Owner(String);

#[resource(path = "/api/repos/{owner}", places(owner: Owner), auth = SignedIn)]
trait Repos {
    #[get(pages(number = page))]
    async fn list(&self, page: u32) -> Vec<String>;
}

fn main() {}
