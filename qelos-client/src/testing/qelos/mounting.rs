//! Mounting endpoints of a test: in the auth service, or in another one.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::{DecodeRequest, EncodeResponse};

use super::FakeQelos;
use super::mount::{Caller, Mounted, Rules};
use super::service::Service;
use super::shared::lock;
use crate::testing::refusal::Refusal;
use crate::testing::script::{StreamReply, StreamScript};

impl FakeQelos {
    /// Responds to the requests of an endpoint with a function. It takes precedence over the routes of Qelos and over
    /// endpoints that were mounted earlier.
    ///
    /// A caller that `E::Auth` does not admit and a malformed request are refused before the function is called. Only
    /// credentials of Qelos are checked.
    ///
    /// ```
    /// use http::StatusCode;
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, Refusal};
    /// use qelos_spec::auth::SignedIn;
    /// use qelos_spec::{DecodeRequest, Endpoint};
    ///
    /// /// Reads the text of an invoice.
    /// #[derive(Debug, Endpoint, DecodeRequest)]
    /// #[endpoint(GET, "/api/invoices/{id}", response = String, auth = SignedIn)]
    /// struct GetInvoice {
    ///     id: u32,
    /// }
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.mount::<GetInvoice>(|invoice, _caller| match invoice.id {
    ///     7 => Ok("for a bicycle".to_owned()),
    ///     _ => Err(Refusal::new(StatusCode::NOT_FOUND, "no such invoice")),
    /// });
    /// ```
    pub fn mount<E: EncodeResponse + 'static>(
        &self,
        handler: impl Fn(E, &Caller) -> Result<E::Response, Refusal> + Send + Sync + 'static,
    ) {
        self.service(Service::Auth).mount(handler);
    }

    /// Responds to the requests of an endpoint piece by piece: with events, lines or bytes. Otherwise as
    /// [`mount`](Self::mount).
    ///
    /// The waits between the pieces are those of tokio's clock, so a test with paused time does not wait. An endpoint that
    /// declares the header `last-event-id` tells the handler where a stream goes on.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qelos_client::stream::{Event, StreamRules};
    /// use qelos_client::testing::FakeQelos;
    /// use qelos_client::{Client, DecodeRequest, Endpoint, Events, SystemClock, auth::Public};
    ///
    /// const NEWS: StreamRules = StreamRules::new().endless().resumable();
    ///
    /// #[derive(Endpoint, DecodeRequest)]
    /// #[endpoint(GET, "/api/news", response = Events<Event>, stream = NEWS, auth = Public)]
    /// struct ReadNews {
    ///     #[endpoint(header = "last-event-id")]
    ///     behind: Option<u32>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.mount_stream::<ReadNews>(|news, _caller, stream| {
    ///     let next = news.behind.unwrap_or_default() + 1;
    ///     let stream = stream.wait(Duration::from_secs(30));
    ///     Ok(stream.id(&next.to_string()).text_event("", &format!("news {next}")).cut())
    /// });
    ///
    /// let client = Client::builder("https://acme.example").transport(qelos.clone()).build()?;
    /// let mut news = client.call(&ReadNews { behind: None }).await?;
    /// assert_eq!(news.next().await.unwrap()?.data, "news 1");
    /// assert_eq!(news.next().await.unwrap()?.data, "news 2");
    /// # Ok(())
    /// # }
    /// ```
    pub fn mount_stream<E: DecodeRequest + 'static>(
        &self,
        handler: impl Fn(E, &Caller, StreamReply<'static, StreamScript>) -> Result<StreamScript, Refusal>
        + Send
        + Sync
        + 'static,
    ) {
        self.service(Service::Auth).mount_stream(handler);
    }

    /// A service behind the gateway, as a place to mount endpoints: each refuses a caller in its own way, and the roles
    /// that a caller needs can be set. [`mount`](Self::mount) is for endpoints of the auth service that need none.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::Request;
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, Service};
    /// use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};
    ///
    /// #[derive(Endpoint, DecodeRequest)]
    /// #[endpoint(GET, "/api/plans", response = Vec<String>, auth = SignedIn)]
    /// struct ListPlans {}
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.service(Service::Payments).mount::<ListPlans>(|_, _| Ok(vec!["a plan".to_owned()]));
    ///
    /// let response = qelos.handle(Request::get("https://acme.example/api/plans").body(Bytes::new()).unwrap());
    /// assert_eq!(response.status(), 401);
    /// assert_eq!(response.body(), r#"{"message":"authentication required"}"#);
    /// ```
    pub fn service(&self, service: Service) -> ServiceMount {
        ServiceMount::new(self.clone(), service)
    }

    fn add_mounted(&self, mounted: Mounted) {
        lock(&self.shared.mounted).push(Arc::new(mounted));
    }
}

/// One of the services behind the gateway, as a place to mount endpoints; from [`FakeQelos::service`].
#[derive(Debug, Clone)]
#[must_use = "endpoints are mounted with `mount`"]
pub struct ServiceMount {
    qelos: FakeQelos,
    rules: Rules,
}

impl ServiceMount {
    pub(super) fn new(qelos: FakeQelos, service: Service) -> Self {
        Self { qelos, rules: Rules { service, roles: Vec::new(), guests: false } }
    }

    /// Admits only users with one of these roles to the endpoints that are mounted.
    ///
    /// The roles are those that `GET /api/me` reports: for a session those in its token, however old it is; for an API
    /// token those of the user when the server looked the token up, which it does once in an hour.
    pub fn for_roles(mut self, roles: &[&str]) -> Self {
        self.rules.roles = roles.iter().map(|&role| role.to_owned()).collect();
        self
    }

    /// Admits guests as well, although the endpoint is declared for signed-in users, as a blueprint does with `guest:
    /// true`. The handler learns from its caller whether there is a user.
    pub fn for_guests(mut self) -> Self {
        self.rules.guests = true;
        self
    }

    /// Mounts an endpoint, as [`FakeQelos::mount`] does.
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, Service};
    /// use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};
    ///
    /// #[derive(Endpoint, DecodeRequest)]
    /// #[endpoint(GET, "/api/components", response = Vec<String>, auth = SignedIn)]
    /// struct ListComponents {}
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// let no_code = qelos.service(Service::NoCode).for_roles(&["admin", "plugin"]);
    /// no_code.mount::<ListComponents>(|_, _| Ok(vec!["a calendar".to_owned()]));
    /// ```
    pub fn mount<E: EncodeResponse + 'static>(
        &self,
        handler: impl Fn(E, &Caller) -> Result<E::Response, Refusal> + Send + Sync + 'static,
    ) {
        self.add(move |endpoint: E, caller| {
            E::encode_response(&handler(endpoint, caller)?)
                .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
        });
    }

    /// Mounts an endpoint whose response arrives piece by piece, as [`FakeQelos::mount_stream`] does.
    pub fn mount_stream<E: DecodeRequest + 'static>(
        &self,
        handler: impl Fn(E, &Caller, StreamReply<'static, StreamScript>) -> Result<StreamScript, Refusal>
        + Send
        + Sync
        + 'static,
    ) {
        self.add(move |endpoint: E, caller| {
            handler(endpoint, caller, StreamReply::new(|script| script)).map(StreamScript::announced)
        });
    }

    fn add<E: DecodeRequest + 'static>(
        &self,
        handler: impl Fn(E, &Caller) -> Result<Response<Bytes>, Refusal> + Send + Sync + 'static,
    ) {
        self.qelos.add_mounted(Mounted::new(self.rules.clone(), handler));
    }
}
