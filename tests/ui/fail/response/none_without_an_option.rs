use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoice", response = u32, none = 404, auth = SignedIn)]
struct Find;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoice", none = 404, auth = SignedIn)]
struct Nothing;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get(none = 404)]
    async fn find(&self) -> Vec<u32>;
}

fn main() {}
