use qelos_client::{Endpoint, auth::SignedIn, resource};

struct Invoice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Invoice, auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Vec<Invoice>, auth = SignedIn)]
struct All;

struct Json<T>(T);

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Json<Vec<String>>, auth = SignedIn)]
struct Wrapped;

struct Refusal;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", error = Refusal, auth = SignedIn)]
struct OfARefusal;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get(error = Refusal)]
    async fn list(&self);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Bills {
    #[get]
    async fn list(&self) -> Vec<Invoice>;
}

fn main() {}
