use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/../admin", auth = SignedIn)]
struct TwoDots;

#[derive(Endpoint)]
#[endpoint(GET, "/api/./invoices", auth = SignedIn)]
struct OneDot;

#[derive(Endpoint)]
#[endpoint(GET, "/api//invoices", auth = SignedIn)]
struct Empty;

fn main() {}
