use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(body)]
    lines: Vec<String>,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[post]
    async fn create(&self, #[endpoint(body)] invoice: String, #[endpoint(body)] lines: Vec<String>);
}

fn main() {}
