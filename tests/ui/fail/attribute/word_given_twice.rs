use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, auth = SignedIn)]
struct AuthTwice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = ::qelos_client, crate = ::qelos_client)]
struct CrateTwice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", error = String, error = u32, auth = SignedIn)]
struct ErrorTwice;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", errors_with_200, errors_with_200, auth = SignedIn)]
struct ErrorsWith200Twice;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", idempotent, idempotent, auth = SignedIn)]
struct IdempotentTwice;

#[derive(Endpoint)]
#[endpoint(GET, POST, "/api/invoices", auth = SignedIn)]
struct MethodTwice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", "/api/bills", auth = SignedIn)]
struct PathTwice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = String, response = u32, auth = SignedIn)]
struct ResponseTwice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = "1s", timeout = "2s", auth = SignedIn)]
struct TimeoutTwice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices")]
#[endpoint(auth = SignedIn, "/api/bills")]
struct PathInTwoAttributes;

fn main() {}
