use qelos_client::{Endpoint, OAuth, auth::{Session, SignedIn}, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = String)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = OAuth)]
struct ByOAuth;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = (SignedIn, Session))]
struct SeveralTypes;

#[resource(path = "/api/invoices", auth = OAuth)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{number}")]
    async fn get(&self, number: u32) -> String;
}

fn main() {}
