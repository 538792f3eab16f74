//! A scheme whose tokens do not say which of their fields is the access token.
use qelos_client::session::{RenewalFailed, SessionScheme};
use qelos_client::{Connection, Transport};

#[derive(Clone, qelos_client::serde::Serialize, qelos_client::serde::Deserialize)]
#[serde(crate = "qelos_client::serde")]
struct Pair {
    access: String,
}

#[derive(Clone)]
struct Acme;

impl SessionScheme for Acme {
    const NAME: &'static str = "acme";
    type Tokens = Pair;

    async fn renew<T: Transport>(&self, held: &Pair, _: &Connection<T>) -> Result<Pair, RenewalFailed> {
        Ok(held.clone())
    }
}

fn main() {}
