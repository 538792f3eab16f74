//! The login of a session; and a session in a workspace, without a password: the second renewal would lose the workspace.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use qelos_spec::api::{GetMe, OAuthSignIn};
use qelos_spec::{ExposeSecret, Timestamp, WorkspaceId};

use crate::auth::{Credential, OAuth, Verdict};
use crate::client::Client;
use crate::qelos::scheme::Qelos;
use crate::session::SessionScheme;
use crate::session::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};
use crate::testing::{FakeQelos, ManualClock, Member, NewUser};

const LIFETIME: Duration = Duration::from_hours(5);

/// A store that fails when no saves are left.
#[derive(Clone)]
struct Store(Arc<Mutex<State>>);

struct State {
    record: Option<StoredSession>,
    saves_left: usize,
    /// The record of another process, which is there when this one removes its own.
    begun_meanwhile: Option<StoredSession>,
    /// What was saved: `marked`, `tokens` or `removed`.
    saved: Vec<&'static str>,
}

impl Store {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            record: None,
            saves_left: usize::MAX,
            begun_meanwhile: None,
            saved: Vec::new(),
        })))
    }

    fn fails_after(&self, saves: usize) {
        self.0.lock().unwrap().saves_left = saves;
    }

    /// What was saved since the last time.
    fn saved(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap().saved)
    }
}

impl TokenStore for Store {
    type Lock = Self;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        Ok(self.0.lock().unwrap().record.clone())
    }

    async fn try_lock(&self) -> Result<Option<Self>, StoreError> {
        Ok(Some(self.clone()))
    }
}

impl StoreLock for Store {
    async fn save(&mut self, _: Option<&StoredSession>, session: Option<&StoredSession>) -> Result<Saved, StoreError> {
        let mut state = self.0.lock().unwrap();
        if session.is_none() && state.begun_meanwhile.is_some() {
            state.record = state.begun_meanwhile.take();
            return Ok(Saved::Superseded);
        }
        state.saves_left = state.saves_left.checked_sub(1).ok_or_else(|| StoreError::new("the disk is full"))?;
        state.saved.push(match session {
            Some(session) if session.renewing_since.is_some() => "marked",
            Some(_) => "tokens",
            None => "removed",
        });
        state.record = session.cloned();
        Ok(Saved::Kept)
    }

    async fn unlock(self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A session in a workspace, which is kept in the store. Its access token has expired.
async fn expired_session(store: &Store) -> (ManualClock, Client<OAuth, FakeQelos>) {
    let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
    let qelos = FakeQelos::new(clock.clone());
    let user = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    let workspace = qelos.add_workspace("One", &[Member::new(user, &["admin"])]);
    let client = Client::builder("https://qelos.test").transport(qelos).clock(clock.clone()).build().unwrap();
    let client = session_in(workspace, &client, store).await;
    clock.advance(LIFETIME);
    (clock, client)
}

/// A new session in this workspace, on the same server, which is kept in the store.
async fn session_in<C: Credential>(
    workspace: WorkspaceId,
    client: &Client<C, FakeQelos>,
    store: &Store,
) -> Client<OAuth, FakeQelos> {
    let mut sign_in = OAuthSignIn::new("ada@example.com", "hunter2hunter2".into());
    sign_in.workspace = Some(workspace);
    let (client, _) = client.oauth_sign_in(&sign_in).await.unwrap();
    client.keep_in(store.clone()).await.unwrap();
    client
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_not_renewed_gets_no_mark() {
    for (saves_left, saved) in [(usize::MAX, vec!["removed"]), (1, vec!["removed"]), (0, vec![])] {
        let store = Store::new();
        let (clock, client) = expired_session(&store).await;
        client.call(&GetMe).await.unwrap();
        assert_eq!(store.saved(), ["tokens", "marked", "tokens"], "a renewal marks the record before it sends");
        clock.advance(LIFETIME);
        store.fails_after(saves_left);
        let error = client.call(&GetMe).await.unwrap_err();
        assert!(error.is_session_ended() && error.to_string().contains("has forgotten its workspace"), "{error}");
        assert_eq!(store.saved(), saved);
    }
}

#[tokio::test(start_paused = true)]
async fn unsaved_tokens_are_written_and_used_until_they_expire() {
    let store = Store::new();
    let (clock, client) = expired_session(&store).await;
    store.fails_after(1);
    client.call(&GetMe).await.expect("the new tokens are in memory");
    client.call(&GetMe).await.expect("the store still fails");
    assert_eq!(store.saved(), ["tokens", "marked"]);

    store.fails_after(usize::MAX);
    clock.advance(Duration::from_secs(5));
    client.call(&GetMe).await.expect("the tokens have not expired");
    assert_eq!(store.saved(), ["tokens"]);
    clock.advance(LIFETIME);
    assert!(client.call(&GetMe).await.unwrap_err().is_session_ended());
    assert_eq!(store.saved(), ["removed"]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_renewed_goes_on_as_the_one_of_another_process() {
    let store = Store::new();
    let (clock, client) = expired_session(&store).await;
    let workspace = client.call(&GetMe).await.unwrap().workspace.unwrap().id;
    clock.advance(LIFETIME);

    let elsewhere = Store::new();
    let another = session_in(workspace, &client, &elsewhere).await;
    let begun = elsewhere.0.lock().unwrap().record.clone();
    store.0.lock().unwrap().begun_meanwhile = begun;
    client.call(&GetMe).await.expect("the tokens of the other process are good");
    let access = |client: &Client<OAuth, FakeQelos>| client.tokens().unwrap().access.expose_secret().to_owned();
    assert_eq!(access(&client), access(&another));
}

#[test]
fn a_login_is_the_name_as_it_is_sent() {
    let scheme = Qelos::signed_in(" Ada@Example.com ", None);
    assert_eq!(scheme.login().as_deref(), Some("ada@example.com"));
    let sign_in = OAuthSignIn::new(" Bob@Example.com ", "hunter2".into());
    *scheme.reauthenticate() = Some(Arc::new(sign_in));
    assert_eq!(scheme.login().as_deref(), Some("bob@example.com"), "the next session is that of this user");
}

#[test]
fn the_workspace_of_a_sign_in_is_that_of_its_record() {
    let workspace: WorkspaceId = "0123456789abcdef01234567".parse().unwrap();
    let scheme = Qelos::signed_in(" Ada ", Some(workspace));
    assert_eq!((scheme.workspace(), scheme.login()), (Some(workspace), Some("ada".to_owned())));
    let restored = Qelos::default().restored(scheme.scope().as_deref()).unwrap();
    assert_eq!(restored.workspace(), Some(workspace));
    assert!(Qelos::default().restored(Some("everywhere")).is_err());
}

#[tokio::test(start_paused = true)]
async fn in_a_workspace_only_a_password_renews_tokens_that_may_be_good() {
    let store = Store::new();
    let (_, client) = expired_session(&store).await;
    let held = client.tokens().unwrap();
    let may = |client: &Client<OAuth, FakeQelos>| {
        [Verdict::Unknown, Verdict::Permission].map(|cause| client.credential().scheme().may_renew(&held, cause))
    };
    assert_eq!(may(&client), [false, false], "the roles would be lost");
    let client = client.sign_in_again_with(OAuthSignIn::new("ada@example.com", "hunter2hunter2".into()));
    assert_eq!(may(&client), [true, false]);
}
