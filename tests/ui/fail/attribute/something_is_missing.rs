use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint("/api/invoices", auth = SignedIn)]
struct NoMethod;

#[derive(Endpoint)]
#[endpoint(GET, auth = SignedIn)]
struct NoPath;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices")]
struct NoAuth;

#[derive(Endpoint)]
struct Nothing;

fn main() {}
