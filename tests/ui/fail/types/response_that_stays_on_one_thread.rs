use std::rc::Rc;

use qelos_client::serde::{Deserialize, Deserializer};
use qelos_client::{Endpoint, auth::SignedIn};

struct Invoice {
    customer: Rc<str>,
}

impl<'de> Deserialize<'de> for Invoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { customer: String::deserialize(deserializer)?.into() })
    }
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Invoice, auth = SignedIn)]
struct GetInvoice;

fn main() {}
