//! The story in our client: the same steps as `story.mjs` and `story.py`, call by call.

mod accounts;
mod data;
mod sessions;
mod users;

use std::fmt::Display;
use std::future::IntoFuture;
use std::str::FromStr;
use std::time::Duration;

use qelos_client::api::{OAuthSignIn, SignIn};
use qelos_client::transport::ReqwestTransport;
use qelos_client::{
    Anonymous, ApiTokenAuth, Client, CookieSession, ExposeSecret as _, OAuth, SecretString, WorkspaceId,
};
use serde::Serialize;
use serde_json::Value;

use crate::sdks::programs::{Outcome, Rejected, Told};
use crate::sdks::recorder::Recorder;

const UNA: (&str, &str) = ("user1@qelos.test", "user-pass-1");
const DUO: (&str, &str) = ("user2@qelos.test", "user-pass-2");
const RULER: (&str, &str) = ("admin@qelos.test", "admin-pass-1");
const NO_SUCH_ID: &str = "0123456789abcdef01234567";
const NEXT_DAY: &str = "2026-11-22T17:20:42.894Z";
const AT_ONCE: usize = 8;

/// A story that is told step by step.
struct Story<'r> {
    recorder: &'r Recorder,
    client: Client<Anonymous, ReqwestTransport>,
    told: Vec<Told>,
}

type With<C> = Client<C, ReqwestTransport>;

/// Tells the story.
pub(crate) async fn ours(recorder: &Recorder) -> Vec<Told> {
    let builder = Client::builder(&recorder.url).transport(ReqwestTransport::new().unwrap());
    let client = builder.clock(recorder.clock.clone()).build().unwrap();
    let mut story = Story { recorder, client, told: Vec::new() };
    story.people().await;
    let world = story.workspaces().await;
    story.profile(&world.client).await;
    let tokens = story.api_tokens(&world).await;
    story.with_api_tokens(&world, &tokens).await;
    story.data(&world.client).await;
    story.invites(&world.client).await;
    story.renewals(&world.acme).await;
    story.sign_outs(&world.acme).await;
    story.callbacks(&world.acme).await;
    story.expired_api_token(tokens.locked).await;
    story.told
}

/// What the steps about workspaces leave to the next ones.
struct World {
    acme: WorkspaceId,
    beta: WorkspaceId,
    client: With<OAuth>,
    browser: With<CookieSession>,
}

impl Story<'_> {
    /// Makes a call. The caller gets what it returns, and the record has what `shown` makes of it.
    async fn step<V, S: Serialize, E: Display>(
        &mut self,
        name: &str,
        call: impl IntoFuture<Output = Result<V, E>>,
        shown: impl FnOnce(&V) -> S,
    ) -> Option<V> {
        self.recorder.begin(name);
        let result = call.await;
        let outcome = match &result {
            Ok(value) => Outcome::Resolved(serde_json::to_value(shown(value)).unwrap()),
            Err(error) => rejected("Error", error),
        };
        self.told.push(Told { step: name.to_owned(), outcome });
        result.ok()
    }

    /// A step whose value is the outcome.
    async fn call<V: Serialize, E: Display>(
        &mut self,
        name: &str,
        call: impl IntoFuture<Output = Result<V, E>>,
    ) -> Option<V> {
        self.step(name, call, |value| serde_json::to_value(value).unwrap()).await
    }

    /// A text that is no id of this type, which is refused where it is read.
    fn no_id<I: FromStr<Err: Display>>(&mut self, name: &str, text: &str) {
        self.recorder.begin(name);
        let outcome = rejected("IdError", &text.parse::<I>().err().expect("this is no id"));
        self.told.push(Told { step: name.to_owned(), outcome });
    }

    /// A call that the compiler refuses.
    fn refused(&mut self, name: &str, why: &str) {
        self.recorder.begin(name);
        self.told.push(Told { step: name.to_owned(), outcome: Outcome::Missing(format!("does not compile: {why}")) });
    }

    /// Makes the same call many times at once, and counts what the callers get.
    async fn at_once(&mut self, name: &str, client: &With<OAuth>) {
        self.recorder.begin(name);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE {
            calls.spawn(client.logged_in_user());
        }
        let failed: Vec<_> = calls.join_all().await.into_iter().filter_map(Result::err).collect();
        let mut counted = vec![format!("{} of {AT_ONCE} succeed", AT_ONCE - failed.len())];
        counted.extend(failed.iter().map(ToString::to_string));
        let outcome = Outcome::Resolved(Value::from(counted.join("; ")));
        self.told.push(Told { step: name.to_owned(), outcome });
    }

    fn advance(&self, hours: u64) {
        self.recorder.clock.advance(Duration::from_hours(hours));
    }

    async fn sign_in(&mut self, workspace: &WorkspaceId) -> With<OAuth> {
        let mut wanted = with_tokens(UNA);
        wanted.workspace = Some(*workspace);
        let client = self.client.clone();
        let signed_in = self.step("sign in to a workspace", client.oauth_sign_in(&wanted), |(_, user)| user.clone());
        signed_in.await.unwrap().0
    }

    async fn cookie_of(&mut self, workspace: &WorkspaceId) -> With<CookieSession> {
        let mut wanted = with_cookie(UNA);
        wanted.workspace = Some(*workspace);
        let client = self.client.clone();
        let name = "sign in with a cookie to a workspace";
        self.step(name, client.sign_in(&wanted), |(_, user)| user.clone()).await.unwrap().0
    }

    fn keyed(&self, token: &SecretString) -> With<ApiTokenAuth> {
        self.client.with_credential(ApiTokenAuth::new(token.expose_secret()).unwrap())
    }
}

fn rejected(name: &str, error: &impl Display) -> Outcome {
    Outcome::Rejected(Rejected { name: name.to_owned(), message: error.to_string(), details: None })
}

fn with_cookie((username, password): (&str, &str)) -> SignIn {
    SignIn::new(username, password.into())
}

fn with_tokens((username, password): (&str, &str)) -> OAuthSignIn {
    OAuthSignIn::new(username, password.into())
}
