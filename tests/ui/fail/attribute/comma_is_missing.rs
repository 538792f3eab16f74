use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET "/api/invoices", auth = SignedIn)]
struct BeforeThePath;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices" auth = SignedIn)]
struct BeforeAuth;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = String auth = SignedIn)]
struct BehindAType;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, response = Vec<String>>)]
struct ListInvoices;

fn main() {}
