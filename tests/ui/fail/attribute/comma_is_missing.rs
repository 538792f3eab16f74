use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET "/api/invoices", auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices" auth = SignedIn)]
struct BeforeAuth;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = String auth = SignedIn)]
struct BehindAType;

fn main() {}
