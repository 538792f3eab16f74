//! A server with one user, Ada, and her clients.

use std::time::Duration;

use qelos_client::api::{OAuthSignIn, SignIn};
use qelos_client::testing::{FakeQelos, ManualClock, Member, NewUser};
use qelos_client::{Anonymous, Client, CookieSession, OAuth, Timestamp, UserId, WorkspaceId};

pub(crate) const ADA: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "hunter2hunter2";

/// How long access tokens live.
pub(crate) const LIFETIME: Duration = Duration::from_hours(5);
pub(crate) const DAY: Duration = Duration::from_hours(24);

pub(crate) struct World {
    /// The clock of the server and of the clients.
    pub(crate) clock: ManualClock,
    pub(crate) qelos: FakeQelos,
    pub(crate) ada: UserId,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let qelos = FakeQelos::new(clock.clone());
        let ada = qelos.add_user(NewUser::new(ADA, PASSWORD).first_name("Ada").last_name("Lovelace"));
        Self { clock, qelos, ada }
    }

    pub(crate) fn anonymous(&self) -> Client<Anonymous, FakeQelos> {
        let builder = Client::builder("https://qelos.test").transport(self.qelos.clone());
        builder.clock(self.clock.clone()).build().unwrap()
    }

    pub(crate) async fn oauth(&self) -> Client<OAuth, FakeQelos> {
        self.anonymous().oauth_sign_in(&sign_in()).await.unwrap().0
    }

    pub(crate) async fn cookie(&self) -> Client<CookieSession, FakeQelos> {
        self.anonymous().sign_in(&SignIn::new(ADA, PASSWORD.into())).await.unwrap().0
    }

    /// A workspace whose administrator is Ada.
    pub(crate) fn workspace(&self, name: &str) -> WorkspaceId {
        self.qelos.add_workspace(name, &[Member::new(self.ada, &["admin"])])
    }

    /// A workspace of another user, whose member Ada is not.
    pub(crate) fn foreign_workspace(&self) -> WorkspaceId {
        let eve = self.qelos.add_user(NewUser::new("eve@example.com", PASSWORD));
        self.qelos.add_workspace("Foreign", &[Member::new(eve, &["admin"])])
    }
}

pub(crate) fn sign_in() -> OAuthSignIn {
    OAuthSignIn::new(ADA, PASSWORD.into())
}
