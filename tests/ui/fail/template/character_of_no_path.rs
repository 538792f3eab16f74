use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/rechnungen/ü", auth = SignedIn)]
struct Umlaut;

#[derive(Endpoint)]
#[endpoint(GET, "/api/a\\b", auth = SignedIn)]
struct Backslash;

#[derive(Endpoint)]
#[endpoint(GET, "/api/a\tb", auth = SignedIn)]
struct Tab;

#[derive(Endpoint)]
#[endpoint(GET, "/api/open invoices", auth = SignedIn)]
struct Space;

#[derive(Endpoint)]
#[endpoint(GET, "/api/\tinvoices", auth = SignedIn)]
struct TabAtTheBeginning;

fn main() {}
