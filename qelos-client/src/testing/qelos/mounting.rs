//! Mounting endpoints of a test: in the auth service, or in another one.

use std::sync::Arc;

use qelos_spec::EncodeResponse;

use super::FakeQelos;
use super::mount::{Caller, Mounted, Refusal, Rules};
use super::service::Service;
use super::shared::lock;

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
        self.qelos.add_mounted(Mounted::new(self.rules.clone(), handler));
    }
}
