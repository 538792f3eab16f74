use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Cookie {
    #[endpoint(fragment = "session")]
    session: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Misspelt {
    #[endpoint(quary)]
    page: u32,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, #[endpoint(quary)] page: u32);
}

fn main() {}
