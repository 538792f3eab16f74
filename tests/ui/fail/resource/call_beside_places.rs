use qelos_client::api::GetMe;
use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/repos/{owner}", auth = SignedIn)]
trait Existing {
    #[get]
    async fn get(&self) -> String;
    #[endpoint(GetMe)]
    async fn me(&self) -> qelos_client::wire::User;
}

#[resource(path = "/api/repos/{owner}/issues", auth = SignedIn)]
trait Issues {
    #[get]
    async fn list(&self) -> String;
}

#[resource(path = "/api/repos/{owner}", auth = SignedIn)]
trait Twice {
    #[resource]
    fn issues(&self, owner: &str) -> impl Issues;
}

fn main() {}
