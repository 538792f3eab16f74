use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", cache = "1h", auth = SignedIn)]
struct Unknown;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", respnse = String, auth = SignedIn)]
struct MisspeltResponse;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", idempotnt, auth = SignedIn)]
struct MisspeltIdempotent;

#[derive(Endpoint)]
#[endpoint(method = GET, "/api/invoices", auth = SignedIn)]
struct MethodAsAKey;

#[derive(Endpoint)]
#[endpoint(GET, path = "/api/invoices", auth = SignedIn)]
struct PathAsAKey;

fn main() {}
