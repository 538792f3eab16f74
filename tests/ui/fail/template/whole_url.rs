use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "https://acme.example/api/invoices", auth = SignedIn)]
struct First;

#[derive(Endpoint)]
#[endpoint(GET, "//acme.example/api/invoices", auth = SignedIn)]
struct Second;

fn main() {}
