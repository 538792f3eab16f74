//! A cursor comes from the page before, a number is counted.

use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(cursor = after))]
pub struct CursorOutOfNothing {
    pub after: Option<String>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page, link = |_| String::new()))]
pub struct NumberAndLink {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(offset = skip, items = |page| page))]
pub struct OffsetOfAFunction {
    pub skip: u32,
}

fn main() {}
