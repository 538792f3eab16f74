use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices")]
struct GetWithoutAuth;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", response = String)]
struct PostWithoutAuth;

#[derive(Endpoint)]
#[endpoint("/api/invoices", auth = SignedIn)]
struct WithoutAMethod;

#[derive(Endpoint)]
#[endpoint(GET, auth = SignedIn)]
struct WithoutAPath;

#[resource(path = "/api/invoices")]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{number}", auth = SignedIn)]
    async fn get(&self, number: u32) -> String;
}

#[resource(auth = SignedIn)]
trait Bills {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
