//! Each word of `pages` is said once, and two words do not say the same thing.

use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page), pages(number = page))]
pub struct All {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page, number = page))]
pub struct Field {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page, offset = skip))]
pub struct TwoKinds {
    pub page: u32,
    pub skip: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(cursor = page, next = next, link = link))]
pub struct TwoSources {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(cursor = page, next = next, next = other))]
pub struct Next {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page, more = more, more = more))]
pub struct More {
    pub page: u32,
}

fn main() {}
