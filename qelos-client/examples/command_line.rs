//! A command-line tool with a session of OAuth 2: `command_line URL` shows the signed-in user, `command_line URL logout`
//! signs out. The server at the URL is the API, with the authorization server beside it.
//!
//! On its first run, the tool shows a code, which its user enters in any browser. It keeps the session in the
//! configuration directory of the user. Later runs go on with it, also when several of them run at once: a test of
//! this project does that.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use qelos_client::auth::SignedIn;
use qelos_client::oauth2::{AuthorizationServer, DeviceProgress, OAuth2};
use qelos_client::session::TokenSession;
use qelos_client::store::FileTokenStore;
use qelos_client::{Client, Endpoint};

/// The name of the signed-in user.
#[derive(Endpoint)]
#[endpoint(GET, "/me", response = String, auth = SignedIn)]
struct Me;

/// Ctrl-C has ended the program, as shells say it.
const INTERRUPTED: u8 = 130;
/// The program was called with arguments that it does not know.
const USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [url] => show_user(url).await,
        [url, "logout"] => sign_out(url).await,
        _ => {
            eprintln!("usage: command_line URL [logout]");
            Ok(ExitCode::from(USAGE))
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

async fn show_user(url: &str) -> Result<ExitCode, Box<dyn Error>> {
    let store = store()?;
    let (anonymous, scheme) = (Client::new(url)?, scheme(url)?);
    if let Some(client) = anonymous.restore_as(scheme.clone(), store.clone()).await? {
        match user(&client).await {
            // It stays in the store until another one takes its place, so a new sign-in is the only way on.
            Err(error) if error.is_session_ended() => eprintln!("{error}"),
            user => return show(user?),
        }
    }
    let Some(client) = unless_interrupted(sign_in(&anonymous, &scheme)).await.transpose()? else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    client.keep_in(store).await?;
    show(user(&client).await?)
}

/// The name of the user; `None` if Ctrl-C comes before it. A renewal that the call has begun may go on after the call has
/// failed or was given up. It ends before this returns: the end of the program would cut it off.
async fn user(client: &Client<TokenSession<OAuth2>>) -> Result<Option<String>, qelos_client::Error> {
    let name = unless_interrupted(client.call(&Me).into_future()).await.transpose();
    let settled = client.settled().await;
    let name = name?;
    settled.map(|()| name)
}

/// Waits for this, or for Ctrl-C: then it is `None`.
async fn unless_interrupted<R>(work: impl Future<Output = R>) -> Option<R> {
    tokio::select! {
        done = work => Some(done),
        _ = tokio::signal::ctrl_c() => None,
    }
}

/// Not `println!`, which panics where the reader of the output has gone, as in `command_line URL | head -0`.
fn show(user: Option<String>) -> Result<ExitCode, Box<dyn Error>> {
    let Some(name) = user else { return Ok(ExitCode::from(INTERRUPTED)) };
    writeln!(io::stdout(), "signed in as {name}")?;
    Ok(ExitCode::SUCCESS)
}

async fn sign_out(url: &str) -> Result<ExitCode, Box<dyn Error>> {
    if let Some(client) = Client::new(url)?.restore_as(scheme(url)?, store()?).await? {
        client.sign_out().await?;
    }
    writeln!(io::stdout(), "signed out")?;
    Ok(ExitCode::SUCCESS)
}

/// A server that publishes its endpoints is asked for them, with `AuthorizationServer::discover`.
fn scheme(url: &str) -> Result<OAuth2, Box<dyn Error>> {
    let server = AuthorizationServer::new(&format!("{url}/oauth/token"), "invoices")?;
    let server = server.authorize_devices_at(&format!("{url}/oauth/device"))?;
    Ok(OAuth2::new(server.revoke_at(&format!("{url}/oauth/revoke/"))?))
}

/// Shows the code, and waits until the user has entered it.
async fn sign_in(client: &Client, scheme: &OAuth2) -> Result<Client<TokenSession<OAuth2>>, Box<dyn Error>> {
    let mut sign_in = scheme.device_sign_in(client).await?;
    eprintln!("To sign in, open {} and enter {}", sign_in.verification_uri(), sign_in.user_code());
    loop {
        match sign_in.next().await? {
            DeviceProgress::Finished(client) => return Ok(client),
            DeviceProgress::Unreachable(error) => eprintln!("the server cannot be reached for now: {error}"),
            _ => {}
        }
    }
}

/// The session of this tool, in the configuration directory of the user.
fn store() -> Result<FileTokenStore, Box<dyn Error>> {
    let of_user = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let directory = if cfg!(windows) {
        of_user("APPDATA")
    } else if cfg!(target_os = "macos") {
        of_user("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        of_user("XDG_CONFIG_HOME").or_else(|| of_user("HOME").map(|home| home.join(".config")))
    };
    let directory = directory.ok_or("this user has no configuration directory")?.join("acme");
    fs::create_dir_all(&directory)?;
    Ok(FileTokenStore::new(directory.join("session.json")))
}
