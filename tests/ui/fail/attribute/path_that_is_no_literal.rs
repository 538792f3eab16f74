use qelos_client::{Endpoint, auth::SignedIn, resource};

const INVOICES: &str = "/api/invoices";
/// As close to a method as to a key.
const PATH: &str = INVOICES;
const OPEN: &str = "/open";

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

#[derive(Endpoint)]
#[endpoint(GET, 7, auth = SignedIn)]
struct Number;

#[derive(Endpoint)]
#[endpoint(GET, '/', auth = SignedIn)]
struct Char;

#[derive(Endpoint)]
#[endpoint(GET, /api/invoices, auth = SignedIn)]
struct WithoutQuotes;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get(OPEN)]
    async fn open(&self) -> Vec<String>;
    #[get(concat!("/", "paid"))]
    async fn paid(&self) -> Vec<String>;
}

fn main() {
    let _ = (PATH, OPEN);
}
