use std::rc::Rc;

use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = &'static str, auth = SignedIn)]
struct Borrowed;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Result<Vec<String>, String>, auth = SignedIn)]
struct InAResult;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = impl Iterator<Item = u32>, auth = SignedIn)]
struct OfAnyType;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Vec<std::rc::Rc<str>>, auth = SignedIn)]
struct InAnRc;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Counted {
    #[get]
    async fn list(&self) -> Rc<Vec<String>>;
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", error = &'static str, auth = SignedIn)]
struct BorrowedError;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait BorrowedErrors {
    #[get(error = &'static str)]
    async fn list(&self);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Borrows {
    #[get]
    async fn name(&self) -> &str;
    #[get("/all")]
    async fn all(&self) -> Vec<&'static str>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Results {
    #[get]
    async fn list(&self) -> Result<Vec<String>, String>;
    #[get("/first")]
    async fn first(&self) -> std::io::Result<String>;
    #[get("/last")]
    async fn last(&self) -> Result<String, qelos_client::Error>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Iterators {
    #[get]
    async fn list(&self) -> impl Iterator<Item = String>;
}

fn main() {}
