//! Pages in each form that can be declared, under strict lints.
#![deny(warnings, missing_docs, unused)]

use std::collections::VecDeque;

use qelos_client::{Client, Endpoint, Error, Items, OAuth, Pages, SecretString, auth::SignedIn, resource};

/// A page.
#[derive(Debug, serde::Deserialize)]
pub struct Page<T> {
    /// Its items.
    pub data: Option<VecDeque<T>>,
    /// What leads on.
    pub r#continue: String,
}

fn items_of<T>(page: Page<T>) -> Vec<T> {
    page.data.unwrap_or_default().into()
}

/// With parameters.
#[derive(Debug, Endpoint)]
#[endpoint(
    GET, "/a/{kind}", response = Page<T>, auth = SignedIn,
    pages(cursor = after, next = r#continue, items = data, more = |page| !page.r#continue.is_empty()),
)]
pub struct Generic<'a, K, T: Send + 'static> {
    /// In the path.
    pub kind: K,
    /// In the query.
    pub note: &'a str,
    /// The cursor.
    pub after: String,
    /// The kind of item.
    #[endpoint(skip)]
    pub marker: std::marker::PhantomData<T>,
}

#[rustfmt::skip] // it indents the attribute further each time
macro_rules! declared {
    ($name:ident, $field:ident, $next:expr, $item:ty) => {
        /// Out of a macro.
        #[derive(Debug, Endpoint)]
        #[endpoint(
            POST, "/b", response = Page<$item>, auth = SignedIn,
            pages(cursor = $field, next = $next, items = self::items_of: $item),
        )]
        pub struct $name {
            /// The cursor.
            pub $field: Option<String>,
            /// A secret that is sent with each page.
            #[endpoint(header = "x-otp", secret)]
            pub otp: SecretString,
        }
    };
}

declared!(OutOfAMacro, r#type, r#continue, u8);

/// A resource.
#[resource(path = "/c", auth = SignedIn)]
pub trait Things {
    /// Lists some.
    #[get(pages(number = page))]
    async fn list(&self, page: u8, since: &u64, until: Option<&u64>, #[cfg(any())] never: u8) -> Vec<u16>;
    /// Lists others.
    #[deprecated = "list them"]
    #[get("/r", pages(offset = skip, items = data))]
    async fn r#ref(&self, skip: Option<u64>) -> Page<u8>;
}

/// Both methods, by their types.
pub fn of_a_client(client: &Client<OAuth>) -> (Pages<'_, ThingsList, Error>, Items<'_, ThingsList, Error>) {
    (client.things().list_pages(1, &7, None), client.things().list_items(1, &7, Some(&8)))
}

/// Its methods for pages are not used.
#[resource(path = "/d", auth = SignedIn)]
trait Private {
    #[get(pages(number = page))]
    async fn list(&self, page: u8) -> Vec<u16>;
}

/// One page is enough.
pub fn one_page(client: &Client<OAuth>) {
    drop(client.private().list(1));
}
