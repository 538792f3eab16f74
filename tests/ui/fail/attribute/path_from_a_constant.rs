use qelos_client::{Endpoint, auth::SignedIn};

const INVOICES: &str = "/api/invoices";

#[derive(Endpoint)]
#[endpoint(GET, INVOICES, auth = SignedIn)]
struct OfAConstant;

#[derive(Endpoint)]
#[endpoint(GET, concat!("/api", "/invoices"), auth = SignedIn)]
struct OfAMacro;

#[derive(Endpoint)]
#[endpoint(GET, self::INVOICES, auth = SignedIn)]
struct OfAModule;

fn main() {
    let _ = INVOICES;
}
