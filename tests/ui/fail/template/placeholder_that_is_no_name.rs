use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{invoice-id}", auth = SignedIn)]
struct First;

#[derive(Endpoint)]
#[endpoint(GET, "/api/{0}", auth = SignedIn)]
struct Second;

#[derive(Endpoint)]
#[endpoint(GET, "/api/{invoice.id}", auth = SignedIn)]
struct Third;

fn main() {}
