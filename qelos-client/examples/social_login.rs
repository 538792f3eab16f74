//! A web application whose users sign in with a provider: the redirect to the provider, the callback, and a page for
//! users that are signed in.
//!
//! `cargo run --example social_login` runs on an embedded Qelos, and acts as the provider and the browser as well.

use std::error::Error;
use std::fmt::Display;
use std::future::IntoFuture;
use std::process::ExitCode;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use axum::routing::get;
use qelos_client::api::{OAuthSignIn, SocialLogin};
use qelos_client::testing::{FakeQelos, NewUser};
use qelos_client::{Anonymous, Client, CookieSession, ExposeSecret, SystemClock, refresh_token_of_callback};

/// The application has one client, which is not signed in. The session of a user is in a cookie of the browser, so that
/// any process of the application can serve it.
type Qelos = State<Client<Anonymous>>;

type Refused = (StatusCode, String);

/// `GET /login/{provider}`: the link "sign in with …".
async fn login(State(qelos): Qelos, Path(provider): Path<String>) -> Result<Redirect, Refused> {
    let login = SocialLogin::new(provider.parse().map_err(refused)?);
    let url = qelos.social_login_url(&login).map_err(refused)?;
    Ok(Redirect::to(&url))
}

/// `GET /callback`: the browser is back. The token in its URL is exchanged at once, because it is valid for one use,
/// and the redirect removes it from the address bar.
async fn callback(State(qelos): Qelos, RawQuery(query): RawQuery) -> Result<impl IntoResponse, Refused> {
    let token = refresh_token_of_callback(&query.unwrap_or_default()).map_err(refused)?;
    let (session, _) = qelos.exchange_auth_callback(token).await.map_err(refused)?;
    Ok((cookie_for_browser(&session), Redirect::to("/")))
}

/// `GET /`: a page for users that are signed in.
async fn page(State(qelos): Qelos, headers: HeaderMap) -> Result<impl IntoResponse, Refused> {
    let session = session(&qelos, &headers)?;
    let me = session.logged_in_user().await.map_err(refused)?;
    Ok((cookie_for_browser(&session), format!("hello, {}", me.first_name.unwrap_or_default())))
}

/// `GET /logout`: the browser loses its cookie, also when the server refuses.
async fn logout(State(qelos): Qelos, headers: HeaderMap) -> Result<impl IntoResponse, Refused> {
    let session = session(&qelos, &headers)?;
    let signed_out = session.sign_out().await;
    let text = signed_out.map_or_else(|error| error.to_string(), |_| "signed out".to_owned());
    Ok((cookie_for_browser(&session), text))
}

/// The session of the browser that has sent these headers.
fn session(qelos: &Client<Anonymous>, headers: &HeaderMap) -> Result<Client<CookieSession>, Refused> {
    let session = qelos.with_cookies_of(headers).map_err(refused)?;
    session.ok_or_else(|| refused("sign in first"))
}

/// The header for the browser, if its cookie is new or has to be removed.
fn cookie_for_browser(session: &Client<CookieSession>) -> AppendHeaders<Option<(HeaderName, HeaderValue)>> {
    AppendHeaders(session.take_rewritten_cookie().map(|line| (SET_COOKIE, line)))
}

/// No error of the client holds a secret, so its text may be shown.
fn refused(error: impl Display) -> Refused {
    (StatusCode::UNAUTHORIZED, error.to_string())
}

fn application(qelos: Client<Anonymous>) -> Router {
    let router = Router::new().route("/login/{provider}", get(login)).route("/callback", get(callback));
    router.route("/", get(page)).route("/logout", get(logout)).with_state(qelos)
}

#[tokio::main]
async fn main() -> ExitCode {
    match play().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The application failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn play() -> Result<(), Box<dyn Error>> {
    let qelos = FakeQelos::new(SystemClock);
    qelos.add_user(NewUser::new("ada@acme.example", "only-for-this-run").first_name("Ada"));
    let server = qelos.serve("127.0.0.1:0".parse()?).await?;
    let client = Client::new(server.base_url().as_str())?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let mut browser = Browser::at(format!("http://{}", listener.local_addr()?))?;
    tokio::spawn(axum::serve(listener, application(client.clone())).into_future());
    println!("the application is at {}, Qelos at {}", browser.application, server.base_url());

    println!("1. GET /login/google: {}", browser.visit("/login/google").await?);
    let token = provider(&client).await?;
    println!(
        "2. the provider agrees, and GET /callback?rt=***: {}",
        browser.visit(&format!("/callback?rt={token}")).await?
    );
    println!("3. GET /: {}", browser.visit("/").await?);
    println!("4. GET /logout: {}", browser.visit("/logout").await?);
    println!("5. GET /: {}", browser.visit("/").await?);
    println!("6. GET /callback?rt=*** once more: {}", browser.visit(&format!("/callback?rt={token}")).await?);
    Ok(())
}

/// In place of the provider, which the embedded Qelos does not have: a refresh token, as Qelos puts it into the URL.
async fn provider(client: &Client<Anonymous>) -> Result<String, Box<dyn Error>> {
    let sign_in = OAuthSignIn::new("ada@acme.example", "only-for-this-run".into());
    Ok(client.oauth_sign_in(&sign_in).await?.0.tokens()?.refresh.expose_secret().to_owned())
}

/// A browser that shows redirects instead of following them, and keeps one cookie.
struct Browser {
    application: String,
    http: reqwest::Client,
    cookie: String,
}

impl Browser {
    fn at(application: String) -> Result<Self, Box<dyn Error>> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { application, http, cookie: String::new() })
    }

    async fn visit(&mut self, path: &str) -> Result<String, Box<dyn Error>> {
        let request = self.http.get(format!("{}{path}", self.application)).header(COOKIE, &self.cookie);
        let page = request.send().await?;
        if let Some(cookie) = page.headers().get(SET_COOKIE) {
            cookie.to_str()?.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        let (status, to) = (page.status(), page.headers().get(LOCATION).cloned());
        Ok(match to {
            Some(to) => format!("{status}, to {}", to.to_str()?),
            None => format!("{status}, {}", page.text().await?),
        })
    }
}
