use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Search {
    #[endpoint(body)]
    filter: String,
}

#[derive(Endpoint)]
#[endpoint(HEAD, "/api/invoices", auth = SignedIn)]
struct Probe {
    #[endpoint(body)]
    filter: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, #[endpoint(body)] filter: String) -> Vec<String>;
}

fn main() {}
