use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/repos/{owner}/issues/{number}", places(number: u64), auth = SignedIn)]
trait Issue {
    #[get]
    async fn get(&self) -> String;
}

#[resource(path = "/api/repos/{owner}", auth = SignedIn)]
trait OneIsMissing {
    #[resource]
    fn issue(&self) -> impl Issue;
}

#[resource(path = "/api/repos/{owner}", auth = SignedIn)]
trait AnotherType {
    #[resource]
    fn issue(&self, number: u32) -> impl Issue;
}

#[resource(path = "/api/repos/{repo}", auth = SignedIn)]
trait AnotherName {
    #[resource]
    fn issue(&self, number: u64) -> impl Issue;
}

fn main() {}
