use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct OfTheCredential {
    #[endpoint(header = "authorization")]
    value_1: String,
    #[endpoint(header = "cookie")]
    value_2: String,
    #[endpoint(header = "x-api-key")]
    value_3: String,
    #[endpoint(header = "proxy-authorization")]
    value_4: String,
    #[endpoint(header = "set-cookie")]
    value_5: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, #[endpoint(header = "cookie")] session: &str);
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct InUpperCase {
    #[endpoint(header = "Authorization")]
    value_1: String,
    #[endpoint(header = "Content-Type")]
    value_2: String,
}

fn main() {}
