//! One call with this toolkit.

use qelos_client::auth::SignedIn;
use qelos_client::{Client, Endpoint, Error};
use serde::Deserialize;

#[derive(Endpoint)]
#[endpoint(GET, "/api/me", response = User, auth = SignedIn)]
struct GetMe;

#[derive(Deserialize)]
struct User {
    username: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::builder("https://acme.example").api_token("ql_3f8a9c0d1e2b4a5f").build()?;
    println!("{}", client.call(&GetMe).await?.username);
    Ok(())
}
