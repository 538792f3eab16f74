use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(FETCH, "/api/invoices", auth = SignedIn)]
struct Fetch;

#[derive(Endpoint)]
#[endpoint(OPTIONS, "/api/invoices", auth = SignedIn)]
struct Options;

#[derive(Endpoint)]
#[endpoint(get, "/api/invoices", auth = SignedIn)]
struct LowerCase;

#[derive(Endpoint)]
#[endpoint(Post, "/api/invoices", auth = SignedIn)]
struct Capitalised;

#[derive(Endpoint)]
#[endpoint(POTS, "/api/invoices", auth = SignedIn)]
struct Misspelt;

fn main() {}
