//! The receiving half of a plugin: a web server that Qelos calls.
//!
//! A server of Qelos *registers* a plugin: it sends the credentials of a user, and gets a pair of tokens. It is a *tenant* of the
//! plugin from then on. Its gateway passes the requests of its users on to the plugin, with the access token and the user, and renews
//! the token when it has expired.
//!
//! A [`Plugin`] does the part that is the same in each plugin: it checks who calls ([`Plugin::caller`]), issues and renews tokens, keeps the
//! credentials of its tenants, and has a [client for each tenant](Plugin::client_of). It knows no web framework; with the
//! feature `axum`, [`Plugin::router`] serves the routes that Qelos calls, and [`Caller`] is an argument of handlers.
//!
//! ```
//! use qelos_client::api::OAuthSignIn;
//! use qelos_client::plugin::{Manifest, Plugin, Settings};
//! use qelos_client::testing::{FakeQelos, NewUser};
//! use qelos_client::{Client, SystemClock};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = |name: &str| std::ffi::OsString::from(format!("{name:-<40}"));
//! # let variables = |name: &str| Some(if name == "APP_URL" { "https://todos.example".into() } else { secret(name) });
//! # let variables = |name: &str| variables(name).filter(|_| name != "ALLOWED_TENANTS");
//! let settings = Settings::read_from(variables)?; // `Settings::read()` reads those of the process
//! # let qelos = FakeQelos::new(SystemClock);
//! # qelos.add_user(NewUser::new("todos@own.example", "hunter22").role("admin"));
//! # let client = Client::builder("https://own.example").transport(qelos).build()?;
//! # let (own, _) = client.oauth_sign_in(&OAuthSignIn::new("todos@own.example", "hunter22".into())).await?;
//! // The plugin's own Qelos, where it keeps its tenants: `Environment::read()?.connect().await?`
//! let plugin = Plugin::new(Manifest::new("todos", settings.app_url()), settings, own);
//!
//! // A request that does not come from Qelos:
//! let unverified = plugin.caller(&http::HeaderMap::new()).unwrap_err();
//! assert_eq!(unverified.to_string(), "there is no access token");
//! # Ok(())
//! # }
//! ```
//!
//! # What is kept
//!
//! A tenant is a user of the plugin's own Qelos, so the plugin needs a session with the role `admin` there. The credentials
//! of the tenant are encrypted data of that user, in the form of Plugin Play: a plugin in Rust takes the tenants of one in
//! TypeScript over, with the same secrets.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use qelos_spec::auth::Privileged;
use qelos_spec::{BaseUrl, UserId};
use tokio::sync::Mutex as AsyncMutex;

#[cfg(feature = "axum")]
mod axum;
mod caller;
mod denied;
mod endpoints;
mod manifest;
mod pages;
mod registration;
mod settings;
mod tenant_client;
mod tenant_data;
mod tenant_state;
mod tokens;

pub use self::caller::{Caller, CallingUser, CallingWorkspace, Tenant, Unverified};
pub use self::denied::Denied;
pub use self::endpoints::{Authorize, Authorized, Callback, Register, RenewToken};
pub use self::manifest::Manifest;
pub use self::settings::Settings;
use self::tenant_state::TenantState;
pub use self::tokens::IssuedTokens;
use crate::auth::{AnyCredential, Credential, SatisfiedBy};
use crate::client::Client;
use crate::transport::Transport;
use crate::transport::default::DefaultTransport;

/// A plugin: see [the module](self). A clone is cheap, and is the same plugin.
pub struct Plugin<C = AnyCredential, T = DefaultTransport>(Arc<Shared<C, T>>);

struct Shared<C, T> {
    manifest: Manifest,
    settings: Settings,
    /// The plugin's own Qelos.
    own: Client<C, T>,
    /// The servers of pages, besides the plugin's own.
    pages: Vec<BaseUrl>,
    tenants: Mutex<HashMap<UserId, Arc<TenantState<T>>>>,
    /// Two registrations of one tenant would create its user twice.
    registering: AsyncMutex<()>,
}

impl<C, T> Clone for Plugin<C, T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Credential, T: Transport> Plugin<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    /// A plugin whose tenants are users of this client's server. The client needs the role `admin` there.
    pub fn new(manifest: Manifest, settings: Settings, own: Client<C, T>) -> Self {
        Self::with_pages(manifest, settings, own, Vec::new())
    }

    /// The same for a plugin whose pages are on other servers as well. A browser gets a token for pages of these servers, and
    /// of the plugin's own, only: the token on a foreign page would be a gift to its owner.
    pub fn with_pages(manifest: Manifest, settings: Settings, own: Client<C, T>, pages: Vec<BaseUrl>) -> Self {
        let (tenants, registering) = (Mutex::default(), AsyncMutex::default());
        Self(Arc::new(Shared { manifest, settings, own, pages, tenants, registering }))
    }

    /// What the plugin says of itself, for `GET /api/play-manifest`. Each origin may read it.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// The caller of a request that the gateway of Qelos has passed on: below `/api/play`, for `/api/on/…`; and of the events
    /// that it reports.
    ///
    /// # Errors
    ///
    /// When the request has no access token of this plugin that is good now, or names its user in a way that cannot be
    /// read. Respond with 407 and `x-q-auth: unauthorized`.
    pub fn caller(&self, headers: &HeaderMap) -> Result<Caller, Unverified> {
        let token = bearer(headers).ok_or(Unverified("there is no access token"))?;
        let tenant = self.0.settings.tenant_of_access(token, self.0.own.connection().now());
        let tenant = tenant.ok_or(Unverified("the access token is not one of this plugin, or it has expired"))?;
        Ok(Caller { tenant, user: caller::user_of(headers)? })
    }

    /// The state of a tenant.
    fn tenant(&self, id: UserId) -> Arc<TenantState<T>> {
        let mut tenants = self.0.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tenants.entry(id).or_default())
    }
}

/// The bearer token of a request, whatever its cookies are: the pages of the plugin have cookies of their own.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Shows no secret.
impl<C, T> fmt::Debug for Plugin<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { manifest, settings, .. } = &*self.0;
        f.debug_struct("Plugin").field("name", &manifest.name).field("settings", settings).finish_non_exhaustive()
    }
}
