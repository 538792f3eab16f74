use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = ::qelos_client<String>)]
struct WithArguments;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = qelos_client)]
struct Relative;

#[resource(path = "/api/invoices", auth = SignedIn, crate = qelos_client)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
