use qelos_client::{Endpoint, SecretString, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/renew", auth = SignedIn)]
struct Renew {
    #[endpoint(bearer)]
    token: SecretString,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[post("/renew")]
    async fn renew(&self, #[endpoint(bearer)] token: &SecretString);
}

fn main() {}
