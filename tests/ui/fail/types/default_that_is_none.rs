use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

struct Money(u32);

impl<'de> qelos_client::serde::Deserialize<'de> for Money {
    fn deserialize<D: qelos_client::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Money)
    }
}

impl qelos_client::serde::Serialize for Money {
    fn serialize<S: qelos_client::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    #[serde(default)]
    amount: Money,
}

struct Local;

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(skip)]
    local: Local,
}

fn main() {}
