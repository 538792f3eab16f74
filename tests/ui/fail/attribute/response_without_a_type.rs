use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response, auth = SignedIn)]
struct A;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = , auth = SignedIn)]
struct B;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = "Vec<String>", auth = SignedIn)]
struct C;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response(String), auth = SignedIn)]
struct D;

fn main() {}
