use qelos_client::{Endpoint, SecretString, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GTE, "/api/invoices/{nummer}", respons = String, auth = SignedIn)]
struct GetInvoice {
    number: u32,
    #[endpoint(header = "cookie")]
    session: String,
    #[endpoint(query, secret)]
    password: SecretString,
}

fn main() {}
