//! A macro cannot see the fields of a page.

use qelos_client::{Endpoint, auth::Public};

#[derive(serde::Deserialize)]
pub struct Page<T> {
    pub data: Vec<T>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = Public, pages(number = page, items = dta))]
pub struct List {
    pub page: u32,
}

fn main() {}
