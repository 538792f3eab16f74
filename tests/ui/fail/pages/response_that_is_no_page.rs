//! A page is a response with items of a known type.

use qelos_client::{Endpoint, Events, auth::Public};

#[derive(serde::Deserialize)]
pub struct Page {
    pub data: Vec<u16>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", auth = Public, pages(number = page))]
pub struct WithoutAType {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Events<u8>, auth = Public, pages(number = page))]
pub struct AStream {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Option<Vec<u16>>, none = 404, auth = Public, pages(number = page))]
pub struct MayBeAbsent {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page, auth = Public, pages(number = page))]
pub struct WithoutItems {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page, auth = Public, pages(number = page, items = data))]
pub struct ItemsOfAnUnknownType {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page, auth = Public, pages(cursor = page, next = next, items = |page: Page| page.data))]
pub struct ItemsOfAFunction {
    pub page: Option<u32>,
}

fn main() {}
