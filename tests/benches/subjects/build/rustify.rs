//! One call with rustify.

use http::{HeaderValue, Request, Response};
use rustify::clients::reqwest::Client;
use rustify::errors::ClientError;
use rustify::{Endpoint, MiddleWare};
use rustify_derive::Endpoint;
use serde::{Deserialize, Serialize};

#[derive(Debug, Endpoint, Serialize)]
#[endpoint(path = "api/me", response = "User")]
struct GetMe {}

#[derive(Deserialize)]
struct User {
    username: String,
}

/// Adds the credential.
struct Key;

impl MiddleWare for Key {
    fn request<E: Endpoint>(&self, _: &E, request: &mut Request<Vec<u8>>) -> Result<(), ClientError> {
        request.headers_mut().insert("x-api-key", HeaderValue::from_static("ql_3f8a9c0d1e2b4a5f"));
        Ok(())
    }

    fn response<E: Endpoint>(&self, _: &E, _: &mut Response<Vec<u8>>) -> Result<(), ClientError> {
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ClientError> {
    let client = Client::default("https://acme.example");
    let user = GetMe {}.with_middleware(&Key).exec(&client).await?.parse()?;
    println!("{}", user.username);
    Ok(())
}
