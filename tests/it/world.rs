//! A server with one user, Ada, and her clients. The tests set its clock and theirs.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use qelos_client::api::{OAuthSignIn, SignIn};
use qelos_client::testing::{FakeQelos, ManualClock, Member, NewUser};
use qelos_client::{
    Anonymous, Body, Client, CookieSession, OAuth, Timestamp, Transport, TransportError, UserId, WorkspaceId,
};
use tokio::sync::{Semaphore, SemaphorePermit};

pub(crate) const ADA: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "hunter2hunter2";

/// How long access tokens live.
pub(crate) const LIFETIME: Duration = Duration::from_hours(5);
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// The requests of one refresh that is refused: it is retried four times, because the server sometimes refuses without
/// a reason.
pub(crate) const TRIES: usize = 5;

pub(crate) const REFRESH: &str = "/api/token/refresh";

/// The server, and the network over which clients reach it.
pub(crate) struct World<N = FakeQelos> {
    /// The clock of the server. The clients have another one, so that the two can differ.
    pub(crate) server_clock: ManualClock,
    pub(crate) client_clock: ManualClock,
    pub(crate) qelos: FakeQelos,
    pub(crate) network: N,
    pub(crate) ada: UserId,
}

impl World {
    /// A world without a network: the server handles the requests of the clients at once.
    pub(crate) fn new() -> Self {
        Self::behind(|qelos| qelos)
    }
}

impl<N: Transport + Clone> World<N> {
    /// A world with this network in front of the server.
    pub(crate) fn behind(network: impl FnOnce(FakeQelos) -> N) -> Self {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let (server_clock, client_clock) = (ManualClock::new(now), ManualClock::new(now));
        let qelos = FakeQelos::new(server_clock.clone());
        let ada = qelos.add_user(NewUser::new(ADA, PASSWORD).first_name("Ada").last_name("Lovelace"));
        Self { server_clock, client_clock, network: network(qelos.clone()), qelos, ada }
    }

    /// Lets time pass, by both clocks.
    pub(crate) fn pass(&self, time: Duration) {
        self.server_clock.advance(time);
        self.client_clock.advance(time);
    }

    pub(crate) fn anonymous(&self) -> Client<Anonymous, N> {
        self.anonymous_over(self.network.clone())
    }

    /// A client that reaches a server over this transport, and not over the network of this world.
    pub(crate) fn anonymous_over<T: Transport>(&self, transport: T) -> Client<Anonymous, T> {
        let builder = Client::builder("https://qelos.test").transport(transport);
        builder.clock(self.client_clock.clone()).build().unwrap()
    }

    pub(crate) async fn oauth(&self) -> Client<OAuth, N> {
        self.anonymous().oauth_sign_in(&sign_in()).await.unwrap().0
    }

    pub(crate) async fn cookie(&self) -> Client<CookieSession, N> {
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

    /// The number of refreshes that the server has seen.
    pub(crate) fn refreshes(&self) -> usize {
        self.qelos.count("POST", REFRESH)
    }

    pub(crate) fn sign_ins(&self) -> usize {
        self.qelos.count("POST", "/api/signin")
    }
}

pub(crate) fn sign_in() -> OAuthSignIn {
    OAuthSignIn::new(ADA, PASSWORD.into())
}

/// The server behind a gate. While the gate is shut, the response to a refresh is held back.
#[derive(Clone)]
pub(crate) struct Gated {
    pub(crate) qelos: FakeQelos,
    pub(crate) gate: Arc<Semaphore>,
}

impl Transport for Gated {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let is_refresh = request.uri().path() == REFRESH;
        let response = self.qelos.send(request).await;
        if is_refresh {
            drop(self.gate.acquire().await.unwrap());
        }
        response
    }
}

impl World<Gated> {
    pub(crate) fn gated() -> Self {
        Self::behind(|qelos| Gated { qelos, gate: Arc::new(Semaphore::new(1)) })
    }

    /// Shuts the gate, and waits until the server has responded to a refresh. The gate opens when the permit is dropped.
    pub(crate) async fn until_a_refresh_has_a_response(&self) -> SemaphorePermit<'_> {
        let shut = self.network.gate.acquire().await.unwrap();
        while self.refreshes() == 0 {
            tokio::task::yield_now().await;
        }
        shut
    }
}
