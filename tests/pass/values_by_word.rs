//! Words for values, where methods borrow their arguments as well, and with type parameters.

use std::fmt;
use std::str::FromStr;

use qelos_client::auth::SignedIn;
use qelos_client::{DecodeRequest, Endpoint, resource};

pub struct Version(u8);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Version {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/things/{value}/{id}", auth = SignedIn)]
struct Generic<V, I, L> {
    #[endpoint(display)]
    value: V,
    id: I,
    #[endpoint(query, comma)]
    list: Vec<L>,
    #[endpoint(header = "x-list", comma, display)]
    versions: Vec<V>,
    #[endpoint(header = "x-more")]
    more: Option<L>,
}

#[resource(path = "/versions", auth = SignedIn)]
pub trait Versions {
    #[get("/{version}/{ids}")]
    async fn get(
        &self,
        #[endpoint(display)] version: &http::Uri,
        #[endpoint(comma)] ids: &[u32],
        #[endpoint(query, display, comma)] others: &[http::Uri],
        #[endpoint(query, display)] name: &str,
        #[endpoint(header = "x-version", display)] header: Option<&http::Uri>,
    );
}

#[test]
fn values_are_written_by_their_word() {
    let generic = Generic { value: Version(1), id: 7, list: vec![true], versions: vec![Version(2)], more: None };
    assert_eq!(generic.encode().unwrap().target(), "/things/1/7?list=true");
}
