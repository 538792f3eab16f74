use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", idempotent = true, auth = SignedIn)]
struct IdempotentIsTrue;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn, idempotent = false)]
struct IdempotentIsFalse;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", errors_with_200 = "errors", auth = SignedIn)]
struct ErrorsWith200;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[post(errors_with_200 = false)]
    async fn create(&self);
}

#[resource(path = "/api/invoices", auth = SignedIn, decode = true)]
trait Orders {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
