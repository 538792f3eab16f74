use qelos_client::{auth::SignedIn, resource};

#[derive(qelos_client::serde::Serialize)]
#[serde(crate = "qelos_client::serde")]
struct Money(u32);

#[resource(path = "/api/invoices", auth = SignedIn, decode)]
trait Invoices {
    #[post]
    async fn create(&self, amount: Money);
}

fn main() {}
