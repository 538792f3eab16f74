//! The types in `pages` are those of the field and of the page.

use qelos_client::{Client, Endpoint, OAuth, Response, auth::SignedIn};

#[derive(serde::Deserialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub next: Option<String>,
    pub last: u32,
}

#[derive(Response)]
pub struct Linked {
    #[response(header)]
    pub link: Option<u32>,
    #[response(body)]
    pub data: Vec<u16>,
}

#[derive(serde::Serialize)]
pub struct NoClone;

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = SignedIn, pages(cursor = after, next = next, items = data))]
pub struct CursorOfAnotherType {
    pub after: Option<u64>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = SignedIn, pages(cursor = after, next = last, items = data))]
pub struct CursorThatNeverEnds {
    pub after: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Linked, auth = SignedIn, pages(cursor = after, link = link, items = data: u16))]
pub struct LinkThatIsNone {
    pub after: Option<u64>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = SignedIn, pages(number = page, items = data))]
pub struct NumberThatMayBeAbsent {
    pub page: Option<u32>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = SignedIn, pages(offset = skip, items = data))]
pub struct OffsetThatIsAText {
    pub skip: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = SignedIn, pages(number = page, more = next, items = data))]
pub struct MoreThatIsNoBool {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = SignedIn, pages(number = page, items = data: i64))]
pub struct ItemsOfAnotherType {
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/{name}", response = Page<u8>, auth = SignedIn, pages(number = page, items = data))]
pub struct ValueThatCannotBeSentAgain {
    pub name: NoClone,
    pub page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/a", response = Page<u8>, auth = SignedIn)]
pub struct WithoutPages {}

pub fn pages(client: &Client<OAuth>) {
    let _ = client.pages(WithoutPages {});
}

fn main() {}
