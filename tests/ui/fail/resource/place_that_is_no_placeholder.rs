use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/repos/{owner}", places(ovner: u32), auth = SignedIn)]
trait Misspelt {
    #[get]
    async fn get(&self) -> String;
}

#[resource(places(id: u32), auth = SignedIn)]
trait WithoutAPath {
    #[get("/api/repos")]
    async fn get(&self) -> String;
}

#[resource(path = "/api/repos/{owner}", places(owner: u32), auth = SignedIn)]
trait TakenByAMethod {
    #[get]
    async fn get(&self, owner: u32) -> String;
    #[get("/{name}")]
    async fn find(&self, name: &str) -> String;
}

fn main() {}
