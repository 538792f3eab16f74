use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/search", with_body, auth = SignedIn)]
struct NoFieldMakesIt {
    filter: String,
}

#[derive(Endpoint)]
#[endpoint(HEAD, "/api/search", with_body, auth = SignedIn)]
struct Head {
    filter: String,
}

#[resource(path = "/api/search", auth = SignedIn)]
trait Search {
    #[post(with_body)]
    async fn search(&self, filter: String) -> Vec<String>;
}

fn main() {}
