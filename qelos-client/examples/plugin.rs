//! A plugin starts: its server and its credential come from environment variables.
//!
//! `cargo run --example plugin` runs on an embedded Qelos. With `QELOS_URL` set, and `QELOS_API_TOKEN` or
//! `QELOS_USERNAME` with `QELOS_PASSWORD`, it starts on that server, and only reads.

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use qelos_client::testing::{FakeQelos, FakeServer, NewUser};
use qelos_client::{Environment, OAuth, SystemClock};

#[tokio::main]
async fn main() -> ExitCode {
    match start().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The plugin did not start: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start() -> Result<(), Box<dyn Error>> {
    let (environment, _embedded) = match std::env::var_os("QELOS_URL") {
        Some(_) => (Environment::read()?, None),
        None => embedded().await.map(|(environment, server)| (environment, Some(server)))?,
    };
    println!("{environment:?}");

    // The client renews its tokens when it is time. When the server refuses that, the client signs in again.
    let client = environment.connect().await?;
    let me = client.logged_in_user().await?;
    println!(
        "signed in as {} with the roles {:?}",
        me.username.as_deref().unwrap_or("a user without a name"),
        me.roles
    );

    // The credential is only known at run time. Where it is a session, this gives it a type that the compiler checks.
    match client.clone().into_typed::<OAuth>() {
        Ok(client) => {
            let tokens = client.api_tokens().list().await?;
            println!("with a session it may manage API tokens; there are {}", tokens.len());
        }
        Err(error) => println!("this plugin cannot manage API tokens: {error}"),
    }
    // Before a program ends, also on a signal: the end must not cut off a renewal that has begun.
    client.settled().await?;
    Ok(())
}

/// An embedded server, and the variables that a plugin finds when it is deployed beside it.
async fn embedded() -> Result<(Environment, FakeServer), Box<dyn Error>> {
    let qelos = FakeQelos::new(SystemClock);
    qelos.add_user(NewUser::new("plugin@acme.example", "only-for-this-run").role("plugin"));
    let server = qelos.serve("127.0.0.1:0".parse()?).await?;
    let url = server.base_url().to_string();
    let environment = Environment::read_from(|name| match name {
        "QELOS_URL" => Some(OsString::from(&url)),
        "QELOS_USERNAME" => Some("plugin@acme.example".into()),
        "QELOS_PASSWORD" => Some("only-for-this-run".into()),
        _ => None,
    })?;
    Ok((environment, server))
}
