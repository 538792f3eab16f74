//! A scheduled CI job: it replaces the API tokens that are about to expire, so that one is valid at any time.
//!
//! `cargo run --example rotate_token` runs on an embedded Qelos, where two weeks pass at once.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use qelos_client::api::OAuthSignIn;
use qelos_client::testing::{FakeQelos, ManualClock, NewUser};
use qelos_client::{
    Client, Clock, ExposeSecret, NewApiToken, SecretString, SystemClock, expiring_api_tokens, unused_api_tokens,
};

const DAY: Duration = Duration::from_hours(24);

/// The place from which the deployments take their token.
#[derive(Default)]
struct Vault(Mutex<Option<SecretString>>);

impl Vault {
    fn store(&self, token: SecretString) -> Result<(), String> {
        println!("  the vault has a token of {} characters now", token.expose_secret().len());
        *self.0.lock().map_err(|_| "the vault is broken")? = Some(token);
        Ok(())
    }

    fn read(&self) -> Result<SecretString, String> {
        self.0.lock().ok().and_then(|token| token.clone()).ok_or_else(|| "the vault is empty".to_owned())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match play().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The token was not replaced: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn play() -> Result<(), Box<dyn Error>> {
    let clock = ManualClock::new(SystemClock.now());
    let qelos = FakeQelos::new(clock.clone());
    qelos.add_user(NewUser::new("ci@acme.example", "only-for-this-run"));
    let client = Client::builder("https://embedded.example").transport(qelos.clone()).clock(clock.clone()).build()?;
    let sign_in = OAuthSignIn::new("ci@acme.example", "only-for-this-run".into());
    let (client, _) = client.oauth_sign_in(&sign_in).await?;
    let client = client.sign_in_again_with(sign_in);

    println!("two tokens, for 20 days: one for the deployments, one that is never used");
    let vault = Vault::default();
    vault.store(client.create_api_token(&NewApiToken::expiring_in("deploy", 20 * DAY)).await?.token)?;
    client.create_api_token(&NewApiToken::expiring_in("forgotten", 20 * DAY)).await?;

    clock.advance(14 * DAY);
    deploy(&client, &vault).await?;
    println!("two weeks later");
    let tokens = client.api_tokens().list().await?;
    for token in unused_api_tokens(&tokens, 7 * DAY, clock.now()) {
        client.api_tokens().delete(&token.id).await?;
        println!("  {} was not used for a week and is revoked", token.nickname);
    }
    let in_use = client.api_tokens().list().await?;
    for token in expiring_api_tokens(&in_use, 7 * DAY, clock.now()) {
        println!("  {} expires at {}", token.nickname, token.expires_at);
        let new = client.rotate_api_token(token, 20 * DAY, |token| async { vault.store(token) }).await?;
        println!("  replaced: {} is valid until {}", new.nickname, new.expires_at);
    }
    deploy(&client, &vault).await?;
    client.settled().await?;
    Ok(())
}

/// A deployment: takes the token out of the vault and uses it.
async fn deploy<C: qelos_client::Credential>(
    client: &Client<C, FakeQelos>,
    vault: &Vault,
) -> Result<(), Box<dyn Error>> {
    let token = vault.read()?;
    let (_, me) = client.api_token_sign_in(token).await?;
    println!("  deployed as {}", me.username.unwrap_or_default());
    Ok(())
}
