use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/open invoices", auth = SignedIn)]
struct First;

#[derive(Endpoint)]
#[endpoint(GET, "/api/\tinvoices", auth = SignedIn)]
struct Second;

fn main() {}
