use qelos_client::{auth::SignedIn, resource};

#[derive(Clone)]
struct Money;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/{amount}")]
    async fn get(&self, amount: &Money) -> String;
    #[post("/body")]
    async fn create(&self, amount: &Money) -> String;
    #[get("/query")]
    async fn find(&self, amount: Money) -> String;
    #[get("/header")]
    async fn by_header(&self, #[endpoint(header = "x-amount")] amount: &Money) -> String;
}

fn main() {}
