use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(FETCH, "/api/invoices", auth = SignedIn)]
struct Fetch;

#[derive(Endpoint)]
#[endpoint(PROPFINT, "/api/invoices", auth = SignedIn)]
struct Find;

#[derive(Endpoint)]
#[endpoint(get, "/api/invoices", auth = SignedIn)]
struct LowerCase;

#[derive(Endpoint)]
#[endpoint(Post, "/api/invoices", auth = SignedIn)]
struct Capitalised;

#[derive(Endpoint)]
#[endpoint(POTS, "/api/invoices", auth = SignedIn)]
struct Misspelt;

#[derive(Endpoint)]
#[endpoint(TRACE, "/api/invoices", auth = SignedIn)]
struct Trace;

#[derive(Endpoint)]
#[endpoint("CONNECT", "/api/invoices", auth = SignedIn)]
struct Connect;

#[derive(Endpoint)]
#[endpoint(PRI, "/api/invoices", auth = SignedIn)]
struct Pri;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[method(GET, "/{number}")]
    async fn get(&self, number: u32) -> String;
    #[method("DELETE", "/{number}")]
    async fn delete(&self, number: u32);
    #[method("/{number}/all")]
    async fn all(&self, number: u32);
}

fn main() {}
