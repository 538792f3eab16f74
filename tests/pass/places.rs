//! Placeholders of resources and their types, where names and lints of the user could be in the way.
#![deny(warnings)]
#![no_implicit_prelude]

extern crate qelos_client;
extern crate std;

use std::clone::Clone;
use std::marker::{Send, Sync};
use std::string::{String, ToString};

use qelos_client::auth::{Public, SignedIn};
use qelos_client::{Client, OAuth, resource};

/// A number of the user's.
#[derive(Clone, Default, std::fmt::Debug)]
pub struct Id(u32);

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

impl std::str::FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        std::result::Result::map(text.parse(), Id)
    }
}

/// Names that generated code has, as placeholders.
#[resource(
    path = "/{client}/{values}/{type}/{Caller}",
    places(
        /// The client.
        #[endpoint(display)]
        client: Id,
        r#type: u8,
    ),
    auth = Public,
)]
#[allow(non_snake_case)]
pub trait Names {
    #[get]
    async fn get(&self) -> String;
}

/// A resource that leads to others of other modules.
#[resource(path = "/api/{id}", places(#[endpoint(display)] id: Id), auth = SignedIn, accessor = r#type, decode)]
pub trait Parent {
    /// Reads it.
    #[get(pages(number = page))]
    async fn read(&self, page: u32) -> std::vec::Vec<String>;
    /// Leads on.
    #[resource]
    fn lines(&self, line: &str) -> impl lines::Lines<Id>;
}

/// Another module.
pub mod lines {
    use super::*;

    /// Of any type.
    #[resource(path = "/api/{id}/lines/{line}", places(#[endpoint(display)] id: Id), auth = SignedIn)]
    pub trait Lines<T, Caller = u8>
    where
        T: std::fmt::Debug,
        Caller: Clone,
    {
        /// Reads it.
        #[get]
        async fn read(&self) -> std::vec::Vec<T>;
        /// Depends on none.
        #[delete]
        async fn delete(&self);
    }
}

/// Calls all of them.
pub async fn all(client: &Client<OAuth>, of: &(impl Parent + Sync)) {
    let handle = client.r#type(Id(1));
    let _ = Clone::clone(&handle).read(1).await;
    let _ = lines::LinesHandle::<'_, Client<OAuth>, Id, u8>::delete(&handle.lines("a")).await;
    sent(of.lines("a"));
}

fn sent(_: impl Send + Sync) {}

#[::core::prelude::v1::test]
fn each_place_is_written_without_a_prelude() {
    let _ = ToString::to_string("");
}
