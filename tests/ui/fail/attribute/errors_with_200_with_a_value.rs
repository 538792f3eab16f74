use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", errors_with_200 = "errors", auth = SignedIn)]
struct Create;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[post(errors_with_200 = false)]
    async fn create(&self);
}

fn main() {}
