use qelos_client::{Endpoint, auth::SignedIn};

const INVOICES: &str = "/api/invoices";
/// As close to a method as to a key.
const PATH: &str = INVOICES;

#[derive(Endpoint)]
#[endpoint(GET, INVOICES, auth = SignedIn)]
struct OfAConstant;

#[derive(Endpoint)]
#[endpoint(GET, PATH, auth = SignedIn)]
struct OfAConstantNamedPath;

#[derive(Endpoint)]
#[endpoint(GET, concat!("/api", "/invoices"), auth = SignedIn)]
struct OfAMacro;

#[derive(Endpoint)]
#[endpoint(GET, self::INVOICES, auth = SignedIn)]
struct OfAModule;

fn main() {
    let _ = PATH;
}
