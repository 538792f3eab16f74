use qelos_client::{auth::SignedIn, resource};

struct Money;

impl qelos_client::serde::Serialize for Money {
    fn serialize<S: qelos_client::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[post]
    async fn create(&self, amount: &Money);
    #[post("/maybe")]
    async fn maybe(&self, amount: Option<&Money>);
}

fn main() {}
