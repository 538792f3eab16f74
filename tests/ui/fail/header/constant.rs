use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, headers("authorization" = "Basic YTpi", "x-version" = "1", "X-Version" = "2"))]
struct Names;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, headers("x-version" = "a\nb"))]
struct Value;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, headers = "x-version")]
struct Form;

const VERSION: &str = "1";

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, headers("x-version" = VERSION))]
struct NoText;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, headers("x-version" = "1"))]
struct BesideAField {
    #[endpoint(header = "x-version")]
    version: u32,
}

#[resource(path = "/api/invoices", auth = SignedIn, headers("host" = "acme.example"))]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/new")]
    async fn newest(&self) -> String;
}

fn main() {}
