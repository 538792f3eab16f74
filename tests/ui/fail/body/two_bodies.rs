use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct TwoBodies {
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

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct RawBesideABody {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(raw)]
    file: Vec<u8>,
}

fn main() {}
