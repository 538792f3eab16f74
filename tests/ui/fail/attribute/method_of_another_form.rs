use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint("GET", "/api/invoices", auth = SignedIn)]
struct InQuotes;

#[derive(Endpoint)]
#[endpoint("GET /api/invoices", auth = SignedIn)]
struct InOneTextWithThePath;

#[derive(Endpoint)]
#[endpoint("get /api/invoices", auth = SignedIn)]
struct InLowerCase;

#[derive(Endpoint)]
#[endpoint(GET("/api/invoices"), auth = SignedIn)]
struct AroundThePath;

#[derive(Endpoint)]
#[endpoint(GET("/api/invoices/{number}"), auth = SignedIn)]
struct AroundAPlaceholder {
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET(), auth = SignedIn)]
struct AroundNothing;

fn main() {}
