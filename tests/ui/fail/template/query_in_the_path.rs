use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?page=1", auth = SignedIn)]
struct First;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?page={page}", auth = SignedIn)]
struct Second;

fn main() {}
