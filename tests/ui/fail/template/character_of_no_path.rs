use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/rechnungen/ü", auth = SignedIn)]
struct First;

#[derive(Endpoint)]
#[endpoint(GET, "/api/a\\b", auth = SignedIn)]
struct Second;

#[derive(Endpoint)]
#[endpoint(GET, "/api/a\tb", auth = SignedIn)]
struct Third;

fn main() {}
