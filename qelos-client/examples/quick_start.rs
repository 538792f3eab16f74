//! A tour in one run: sign in, create an API token, use it, call endpoints of your own, revoke the token.
//!
//! `cargo run --example quick_start` runs on an embedded Qelos behind a real socket. With `QELOS_URL`, `QELOS_USERNAME`
//! and `QELOS_PASSWORD` set, it runs on that server; the token it creates there is revoked at the end.

use std::env::{self, VarError};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use qelos_client::api::{CreateApiToken, OAuthSignIn};
use qelos_client::auth::SignedIn;
use qelos_client::testing::{FakeQelos, FakeServer, NewUser};
use qelos_client::wire::CreatedApiToken;
use qelos_client::{
    ApiTokenAuth, Client, Clock, DecodeRequest, Endpoint, ExposeSecret, OAuth, RequestSnapshot, SecretString,
    SystemClock, resource,
};

/// An endpoint of your own: a struct that declares it.
#[derive(Debug, Clone, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices/{number}/reminders", response = String, auth = SignedIn)]
struct RemindCustomer {
    number: String,
    #[endpoint(query)]
    dry_run: bool,
    text: String,
}

/// A resource of your own: a trait whose methods are endpoints.
#[resource(path = "/api/invoices", auth = SignedIn, decode)]
trait Invoices {
    /// Lists the numbers of the open invoices.
    #[get]
    async fn list(&self, customer: &str) -> Vec<String>;

    /// Sends a reminder.
    #[endpoint(RemindCustomer)]
    async fn remind(&self, reminder: &RemindCustomer) -> String;
}

/// The server that the example runs on, and a user of it.
struct Stage {
    url: String,
    username: String,
    password: SecretString,
    /// The embedded server, which stops when this is dropped; `None` on a server of yours.
    embedded: Option<FakeServer>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match play().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nIt did not work: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn play() -> Result<(), Box<dyn Error>> {
    let stage = stage().await?;
    let client = sign_in(&stage).await?;
    let created = create_token(&client).await?;
    let outcome = async {
        let ci = use_token(&stage, &created).await?;
        list_tokens(&client).await?;
        own_endpoints(&stage, &ci).await?;
        Ok::<_, Box<dyn Error>>(ci)
    };
    let outcome = outcome.await;
    // The token is revoked also after an error.
    client.api_tokens().delete(&created.api_token.id).await?;
    afterwards(&outcome?).await?;
    client.sign_out().await?;
    println!("   Signed out.");
    // Before the program ends: work that has begun has to finish.
    client.settled().await?;
    Ok(())
}

async fn stage() -> Result<Stage, Box<dyn Error>> {
    let Some(url) = variable("QELOS_URL")? else { return embedded().await };
    let (Some(username), Some(password)) = (variable("QELOS_USERNAME")?, variable("QELOS_PASSWORD")?) else {
        return Err(
            "QELOS_URL is set; set QELOS_USERNAME and QELOS_PASSWORD as well (an API token cannot create others)"
                .into(),
        );
    };
    println!("Playing on {url}.");
    Ok(Stage { url, username, password: password.into(), embedded: None })
}

fn variable(name: &str) -> Result<Option<String>, Box<dyn Error>> {
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => Err(format!("{name} is set and empty").into()),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not valid Unicode").into()),
    }
}

/// The embedded Qelos, with a user and two routes that Qelos itself does not have.
async fn embedded() -> Result<Stage, Box<dyn Error>> {
    let qelos = FakeQelos::new(SystemClock);
    qelos.add_user(NewUser::new("ada@acme.example", "only-for-this-run").first_name("Ada").last_name("Lovelace"));
    qelos.mount::<InvoicesList>(|list, _| match list.customer.as_str() {
        "ACME/1" => Ok(vec!["2026-001".to_owned(), "2026-007".to_owned()]),
        _ => Ok(Vec::new()),
    });
    qelos.mount::<RemindCustomer>(|reminder, caller| {
        let name = caller.user().and_then(|user| user.name.clone()).unwrap_or_default();
        Ok(format!("{name} reminds of {}: \"{}\"", reminder.number, reminder.text))
    });
    let server = qelos.serve("127.0.0.1:0".parse()?).await?;
    let url = server.base_url().to_string();
    println!(
        "Playing on an embedded Qelos at {url}. Set QELOS_URL, QELOS_USERNAME and QELOS_PASSWORD to play on yours."
    );
    Ok(Stage { url, username: "ada@acme.example".into(), password: "only-for-this-run".into(), embedded: Some(server) })
}

async fn sign_in(stage: &Stage) -> Result<Client<OAuth>, Box<dyn Error>> {
    println!("\n1. Sign in");
    let client = Client::new(&stage.url)?;
    let (client, signed_in) = client.oauth_sign_in(&OAuthSignIn::new(&stage.username, stage.password.clone())).await?;
    println!("   {}, with the roles {:?}.", signed_in.user.name.unwrap_or_default(), signed_in.user.roles);
    println!("   The client went from Client<Anonymous> to Client<OAuth>, and renews its tokens by itself.");
    Ok(client)
}

async fn create_token(client: &Client<OAuth>) -> Result<CreatedApiToken, Box<dyn Error>> {
    println!("\n2. Create an API token");
    let expires_at = SystemClock.now().saturating_add(Duration::from_mins(10));
    let wanted = CreateApiToken::new("quick start", expires_at);
    print_request(&RequestSnapshot::of(&wanted)?);
    let created = client.api_tokens().create(&wanted).await?;
    let length = created.token.expose_secret().len();
    println!("   Got {}***, {length} characters, valid until {expires_at}.", created.api_token.token_prefix);
    println!("   With Debug it is {:?}: no Debug, error or trace shows a secret.", created.token);
    Ok(created)
}

async fn use_token(stage: &Stage, created: &CreatedApiToken) -> Result<Client<ApiTokenAuth>, Box<dyn Error>> {
    println!("\n3. Use it, as a CI job would");
    let ci = Client::builder(&stage.url).api_token(created.token.clone()).build()?;
    let me = ci.logged_in_user().await?;
    println!("   GET /api/me with x-api-key: {}, user {}.", me.name.unwrap_or_default(), me.id);
    println!(
        "   ci.api_tokens().list() does not compile: this endpoint needs `Session`, but the client holds `ApiTokenAuth`."
    );
    Ok(ci)
}

async fn list_tokens(client: &Client<OAuth>) -> Result<(), Box<dyn Error>> {
    println!("\n4. List the API tokens");
    for token in client.api_tokens().list().await? {
        let used = token.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
        println!("   {:<14} {}***  {used}", token.nickname, token.token_prefix);
    }
    Ok(())
}

async fn own_endpoints(stage: &Stage, ci: &Client<ApiTokenAuth>) -> Result<(), Box<dyn Error>> {
    println!("\n5. Call endpoints of your own");
    let text = "It is due.".to_owned();
    let reminder = RemindCustomer { number: "2026/001?x".to_owned(), dry_run: true, text };
    print_request(&RequestSnapshot::of(&reminder)?);
    println!("   The number stays in its segment of the path, whatever characters it has.");
    let outside = RemindCustomer { number: "../../workspaces/1".to_owned(), ..reminder.clone() };
    if let Err(error) = RequestSnapshot::of(&outside) {
        println!("   {error}");
    }
    if stage.embedded.is_none() {
        println!("   Your server does not have them, so they are not called.");
        return Ok(());
    }
    let numbers = ci.invoices().list("ACME/1").await?;
    println!("   ci.invoices().list(\"ACME/1\"): {numbers:?}");
    for number in numbers {
        let reminder = RemindCustomer { number, ..reminder.clone() };
        println!("   ci.invoices().remind(..): {}", ci.invoices().remind(&reminder).await?);
    }
    Ok(())
}

async fn afterwards(ci: &Client<ApiTokenAuth>) -> Result<(), Box<dyn Error>> {
    println!("\n6. Revoke the token, and try it again");
    match ci.logged_in_user().await {
        Ok(_) => Err("the revoked token still works".into()),
        Err(error) => {
            println!("   {error}");
            println!("   status: {:?}, is_unauthorized: {}", error.status(), error.is_unauthorized());
            Ok(())
        }
    }
}

fn print_request(request: &RequestSnapshot) {
    for line in request.as_str().lines() {
        println!("   | {line}");
    }
}
