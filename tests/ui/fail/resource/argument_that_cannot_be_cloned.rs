use qelos_client::{auth::SignedIn, resource};

struct Money;

impl qelos_client::serde::Serialize for Money {
    fn serialize<S: qelos_client::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

// The functions take what the structs hold.
#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[post]
    async fn create(&self, #[serde(skip_serializing_if = "Vec::is_empty")] amounts: &[Money]);
    #[post("/maybe")]
    async fn maybe(&self, #[serde(skip_serializing_if = "Option::is_none")] amount: Option<&Money>);
}

fn main() {}
