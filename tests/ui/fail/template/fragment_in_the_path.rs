use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices#top", auth = SignedIn)]
struct First;

fn main() {}
