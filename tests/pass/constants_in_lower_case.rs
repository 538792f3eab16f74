//! Constants with the names of generated locals: a pattern would see them.
#![allow(non_upper_case_globals)]
#![deny(warnings)]

use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn, resource};

pub const request: u32 = 7;
pub const reader: u32 = 7;
pub const response: u32 = 7;
pub const value: u32 = 7;
pub const client: u32 = 7;
pub const serializer: u32 = 7;
pub static this: u32 = 7;

fn is_none(_: &u32) -> bool {
    false
}

mod number {
    use qelos_client::serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(number: &u32, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(*number)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
        u32::deserialize(from)
    }
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/{number}", response = u32, auth = SignedIn)]
pub struct Create {
    pub number: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub page: u32,
    #[serde(with = "number")]
    pub written: u32,
}

#[resource(path = "/api/callers", auth = SignedIn, decode)]
pub trait Callers {
    #[get]
    async fn list(&self, note: Option<&str>) -> Vec<u32>;
    #[delete]
    async fn delete(&self);
    #[endpoint(Create)]
    async fn create(&self, create: Create) -> u32;
}
