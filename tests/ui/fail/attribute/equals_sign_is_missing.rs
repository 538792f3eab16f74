use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response String, auth = SignedIn)]
struct Response;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth SignedIn)]
struct Auth;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response: String, auth = SignedIn)]
struct ResponseWithAColon;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth: SignedIn)]
struct AuthWithAColon;

fn main() {}
