//! What stands behind `pages` is a list of its own words.

use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages)]
pub struct Alone {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages = page)]
pub struct WithAValue {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages("page"))]
pub struct Quoted {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(nubmer = page))]
pub struct Misspelt {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number))]
pub struct WithoutItsField {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(cursor = page, next))]
pub struct WithoutItsValue {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(cursor = page, next = "meta.next"))]
pub struct AText {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(cursor = page, next = meta.next()))]
pub struct ACall {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Vec<u16>, auth = Public, pages(number = page, items = data:))]
pub struct WithoutItsType {
    pub page: u32,
}

fn main() {}
