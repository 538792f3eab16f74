//! A value that spans segments, and literals around one that does not.
#![deny(warnings)]

use qelos_client::{DecodeRequest, Endpoint, auth::Public, resource};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/files/v{version}.json/{*path}", auth = Public)]
pub struct File {
    pub version: u8,
    pub path: String,
}

#[resource(path = "/files/{*path}", auth = Public, decode)]
pub trait Files {
    #[get]
    async fn read(&self, path: &str) -> String;
    #[put]
    async fn write(&self, path: &str, #[endpoint(raw = "text/plain")] text: &str);
}

#[derive(Endpoint)]
#[endpoint(GET, "/", auth = Public)]
pub struct Root {}
