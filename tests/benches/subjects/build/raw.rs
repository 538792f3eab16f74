//! One call with reqwest by hand.

use serde::Deserialize;

#[derive(Deserialize)]
struct User {
    username: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), reqwest::Error> {
    let request = reqwest::Client::new().get("https://acme.example/api/me").header("x-api-key", "ql_3f8a9c0d1e2b4a5f");
    let user: User = request.send().await?.error_for_status()?.json().await?;
    println!("{}", user.username);
    Ok(())
}
