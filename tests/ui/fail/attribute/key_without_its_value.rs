use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth)]
struct AuthAlone;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth =)]
struct AuthWithNothing;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = "SignedIn")]
struct AuthInQuotes;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response, auth = SignedIn)]
struct ResponseAlone;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = , auth = SignedIn)]
struct ResponseWithNothing;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = "Vec<String>", auth = SignedIn)]
struct ResponseInQuotes;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response(String), auth = SignedIn)]
struct ResponseInParentheses;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", error = "String", auth = SignedIn)]
struct ErrorInQuotes;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = "::qelos_client")]
struct CrateInQuotes;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate)]
struct CrateAlone;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout = 30, auth = SignedIn)]
struct TimeoutAsANumber;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", timeout, auth = SignedIn)]
struct TimeoutAlone;

fn main() {}
