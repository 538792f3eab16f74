//! A position is one value that is sent with each page, and that a program may store.

use qelos_client::auth::{Public, SignedIn};
use qelos_client::{Endpoint, SecretString, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(items = data))]
pub struct NoField {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = pgae))]
pub struct Misspelt {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page))]
pub struct NotSent {
    #[endpoint(skip)]
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(cursor = after, next = |_| None::<SecretString>))]
pub struct ASecret {
    #[endpoint(header = "x-after", secret)]
    pub after: SecretString,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page))]
pub struct Flattened {
    #[serde(flatten)]
    pub page: std::collections::BTreeMap<String, u8>,
}

#[resource(path = "/a", auth = SignedIn)]
pub trait Numbers {
    #[get(pages(number = page))]
    async fn list(&self, #[cfg(all())] page: u32) -> Vec<u16>;
}

#[derive(Endpoint)]
#[endpoint(POST, "/a", response = Vec<u16>, auth = Public, pages(cursor = page, link = |_| String::new()))]
pub struct OutsideOfTheQuery {
    pub page: u32,
}

fn main() {}
