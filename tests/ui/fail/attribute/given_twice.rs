use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, auth = SignedIn)]
struct Auth;

#[derive(Endpoint)]
#[endpoint(GET, POST, "/api/invoices", "/api/bills", auth = SignedIn)]
struct MethodAndPath;

fn main() {}
