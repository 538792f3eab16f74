use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = "30", auth = SignedIn)]
struct WithoutAUnit;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = "half an hour", auth = SignedIn)]
struct Words;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = "1h", auth = SignedIn)]
struct Hours;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = "0s", auth = SignedIn)]
struct Zero;

fn main() {}
