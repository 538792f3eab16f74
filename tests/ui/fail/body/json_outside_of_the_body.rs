use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Query {
    #[endpoint(query, json)]
    filter: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct OfAGet {
    #[endpoint(json)]
    filter: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Secret {
    #[endpoint(part, json, secret)]
    pin: qelos_client::SecretString,
    #[endpoint(part, json, json)]
    tags: Vec<String>,
}

fn main() {}
