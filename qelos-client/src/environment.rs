//! Where a program runs, from its environment: which server, and which credential.
//!
//! The rules are those of Plugin Play: `QELOS_URL`; `QELOS_API_TOKEN` goes before `QELOS_USERNAME` and `QELOS_PASSWORD`.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use qelos_spec::api::OAuthSignIn;
use qelos_spec::{BaseUrl, SecretString};

use crate::auth::{AnyCredential, OAuth};
use crate::client::Client;
use crate::error::Error;
use crate::store::{AnyStore, TokenStore, lock, unlock};
use crate::transport::Transport;
use crate::{ApiTokenAuth, Builder};

const URL: &str = "QELOS_URL";
const API_TOKEN: &str = "QELOS_API_TOKEN";
const USERNAME: &str = "QELOS_USERNAME";
const PASSWORD: &str = "QELOS_PASSWORD";

/// A server and a credential for it, as the environment names them.
///
/// ```no_run
/// use qelos_client::Environment;
///
/// # async fn run() -> Result<(), qelos_client::Error> {
/// // QELOS_URL, and QELOS_API_TOKEN or QELOS_USERNAME with QELOS_PASSWORD
/// let client = Environment::read()?.connect().await?;
/// let me = client.logged_in_user().await?;
/// # let _ = me;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Environment {
    url: BaseUrl,
    login: Login,
    store: Option<Arc<dyn AnyStore>>,
}

#[derive(Clone)]
enum Login {
    ApiToken(ApiTokenAuth),
    Password(OAuthSignIn),
}

/// Shows the server and how the program signs in, and no secret.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = match self.login {
            Login::ApiToken(_) => API_TOKEN,
            Login::Password(_) => PASSWORD,
        };
        f.debug_struct("Environment")
            .field("url", &self.url)
            .field("login", &login)
            .field("keeps", &self.store.is_some())
            .finish()
    }
}

impl Environment {
    /// Reads the variables of this process.
    ///
    /// # Errors
    ///
    /// One error that lists what is missing, what is empty, and what was found; never a value.
    pub fn read() -> Result<Self, Error> {
        Self::read_from(|name| std::env::var_os(name))
    }

    /// Reads the variables from somewhere else, such as a file of settings.
    ///
    /// ```
    /// use qelos_client::Environment;
    ///
    /// let error = Environment::read_from(|name| (name == "QELOS_URL").then(|| "https://acme.example".into())).unwrap_err();
    /// assert!(error.to_string().contains("missing QELOS_API_TOKEN (or QELOS_USERNAME and QELOS_PASSWORD)"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_from(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let mut settings = Settings::default();
        let url = settings.take(URL, &lookup);
        let token = settings.take(API_TOKEN, &lookup);
        let (username, password) = (settings.take(USERNAME, &lookup), settings.take(PASSWORD, &lookup));
        let login = match (token, username, password) {
            (Some(token), _, _) => Some(ApiTokenAuth::new(token).map(Login::ApiToken)),
            (None, Some(username), Some(password)) => {
                Some(Ok(Login::Password(OAuthSignIn::new(username, SecretString::from(password)))))
            }
            _ => None,
        };
        let url = url.map(|url| url.parse().map_err(|error| Error::config(format_args!("{URL} is {error}"))));
        match (url, login) {
            (Some(url), Some(login)) => Ok(Self { url: url?, login: login?, store: None }),
            _ => Err(settings.explain()),
        }
    }

    /// The server.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.url
    }

    /// Shares the session through a [store](crate::store), with all replicas of the program and its next start: the one in
    /// there is taken up, and only when there is none, a new one is begun. An API token needs no store, and leaves it alone.
    ///
    /// ```no_run
    /// use qelos_client::{Environment, store::FileTokenStore};
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let store = FileTokenStore::new("/var/lib/plugin/session.json");
    /// let client = Environment::read()?.keep_in(store).connect().await?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn keep_in(self, store: impl TokenStore) -> Self {
        Self { store: Some(Arc::new(store)), ..self }
    }

    /// Signs in, or takes up the session in the store, and proves that the credential works: what was not signed in with
    /// just now is asked whose it is.
    ///
    /// With a password, a refresh that the server refuses is followed by signing in again.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses the credential, or the store cannot be used
    /// ([`is_store`](Error::is_store)).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave a session on the server that nobody uses.
    #[cfg(feature = "reqwest")]
    pub async fn connect(self) -> Result<Client<AnyCredential>, Error> {
        let transport = crate::transport::ReqwestTransport::new()?;
        self.connect_with(|builder| builder.transport(transport)).await
    }

    /// As [`connect`](Self::connect), with a transport or a clock of your own.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use qelos_client::{Environment, transport::ReqwestTransport};
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let transport = ReqwestTransport::new()?;
    /// let environment = Environment::read()?;
    /// let client = environment
    ///     .connect_with(|builder| builder.transport(transport).deadline(Duration::from_secs(10)))
    ///     .await?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    ///
    /// # Cancel safety
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_with<T: Transport>(
        self,
        configure: impl FnOnce(Builder) -> Builder<crate::Anonymous, T>,
    ) -> Result<Client<AnyCredential, T>, Error> {
        let client = configure(Client::builder(self.url.as_str())).build()?;
        match self.login {
            Login::ApiToken(token) => {
                let client = client.with_credential(token);
                client.logged_in_user().await?;
                Ok(client.into_any())
            }
            Login::Password(sign_in) => Ok(session(&client, sign_in, self.store).await?.into_any()),
        }
    }
}

/// The session in the store, or a new one, which is there from then on.
async fn session<T: Transport>(
    client: &Client<crate::Anonymous, T>,
    sign_in: OAuthSignIn,
    store: Option<Arc<dyn AnyStore>>,
) -> Result<Client<OAuth, T>, Error> {
    if let Some(store) = &store
        && let Some(kept) = OAuth::restore(Arc::clone(store)).await?
    {
        let client = client.with_credential(kept).sign_in_again_with(sign_in);
        client.logged_in_user().await?;
        return Ok(client);
    }
    if let Some(store) = &store {
        // A store that cannot be used is found out before there is a session that nobody would have.
        unlock(lock(&**store).await?).await;
    }
    let (client, _) = client.oauth_signin(&sign_in).await?;
    if let Some(store) = store {
        client.credential().keep_in(store).await?;
    }
    Ok(client.sign_in_again_with(sign_in))
}

/// What was found and what was not, for the one error.
#[derive(Default)]
struct Settings {
    found: Vec<&'static str>,
    empty: Vec<&'static str>,
    odd: Vec<&'static str>,
}

impl Settings {
    fn take(&mut self, name: &'static str, lookup: &impl Fn(&str) -> Option<OsString>) -> Option<String> {
        match lookup(name)?.into_string() {
            Ok(value) if value.trim().is_empty() => self.empty.push(name),
            Ok(value) => {
                self.found.push(name);
                return Some(value);
            }
            Err(_) => self.odd.push(name),
        }
        None
    }

    fn explain(&self) -> Error {
        let has = |name| self.found.contains(&name);
        let mut missing = Vec::new();
        if !has(URL) {
            missing.push(URL.to_owned());
        }
        match (has(USERNAME), has(PASSWORD)) {
            _ if has(API_TOKEN) => {}
            (true, false) => missing.push(format!("{PASSWORD} (or {API_TOKEN})")),
            (false, true) => missing.push(format!("{USERNAME} (or {API_TOKEN})")),
            _ => missing.push(format!("{API_TOKEN} (or {USERNAME} and {PASSWORD})")),
        }
        let mut text = format!("the environment does not say how to connect: missing {}", missing.join(" and "));
        for (what, names) in [("set and empty", &self.empty), ("not valid Unicode", &self.odd), ("found", &self.found)]
        {
            if !names.is_empty() {
                text.extend(["; ", what, ": ", &names.join(", ")]);
            }
        }
        Error::config(text)
    }
}
