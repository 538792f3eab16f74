//! Where a program runs, from its environment: which server, and which credential.
//!
//! The rules are those of Plugin Play: `QELOS_URL`; `QELOS_API_TOKEN` goes before `QELOS_USERNAME` and `QELOS_PASSWORD`.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use qelos_spec::api::OAuthSignIn;
use qelos_spec::{BaseUrl, SecretString};

use crate::auth::oauth::{Replaced, load};
use crate::auth::person::login;
use crate::auth::{AnyCredential, OAuth};
use crate::builder::Unset;
use crate::client::Client;
use crate::error::Error;
use crate::store::{AnyStore, StoreError, StoredSession, TokenStore, lock, unlock};
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
        configure: impl FnOnce(Builder<crate::Anonymous, Unset>) -> Builder<crate::Anonymous, T>,
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

/// The session in the store, if it is one of this user and not over; or a new one, which is there from then on.
async fn session<T: Transport>(
    client: &Client<crate::Anonymous, T>,
    sign_in: OAuthSignIn,
    store: Option<Arc<dyn AnyStore>>,
) -> Result<Client<OAuth, T>, Error> {
    let Some(store) = store else {
        let (client, _) = client.oauth_signin(&sign_in).await?;
        return Ok(client.sign_in_again_with(sign_in));
    };
    let login = login(&sign_in.username);
    let mut over: Option<StoredSession> = None;
    for _ in 0..BEGINNINGS {
        let stored = load(&*store, client.connection()).await?;
        let is_mine = |stored: &&StoredSession| stored.login().is_none_or(|theirs| theirs == login);
        let is_over = |stored: &StoredSession| over.as_ref().is_some_and(|over| over.is_same_pair(stored));
        if let Some(mine) = stored.as_ref().filter(is_mine).filter(|mine| !is_over(mine)) {
            let session = OAuth::from_store(mine.clone(), Arc::clone(&store));
            let client = client.with_credential(session).sign_in_again_with(sign_in.clone());
            match client.logged_in_user().await {
                Err(error) if error.is_session_ended() => {
                    tracing::warn!(%error, "the session in the token store is over: a new one is begun");
                    over = stored;
                    continue;
                }
                outcome => return outcome.map(|_| client),
            }
        }
        if let Some(client) = begin(client, &sign_in, &store, stored).await? {
            return Ok(client.sign_in_again_with(sign_in));
        }
    }
    Err(StoreError::new("other processes put sessions of their own into the token store each time it is looked at")
        .into())
}

/// How often the session in the store is looked at. Each time but the first, another process has put one there meanwhile.
const BEGINNINGS: usize = 8;

/// A new session in the place of this one. It holds the lock from the beginning: a store that cannot be used is found out
/// before there is a session that no process would have, and others that start at the same time find this one. `None` when
/// another process has written meanwhile.
async fn begin<T: Transport>(
    client: &Client<crate::Anonymous, T>,
    sign_in: &OAuthSignIn,
    store: &Arc<dyn AnyStore>,
    before: Option<StoredSession>,
) -> Result<Option<Client<OAuth, T>>, Error> {
    let mut lock = lock(&**store).await?;
    let begun = async {
        let now = load(&**store, client.connection()).await?;
        let unchanged = match (&now, &before) {
            (Some(now), Some(before)) => now.is_same_pair(before),
            (now, before) => now.is_none() && before.is_none(),
        };
        if !unchanged {
            return Ok(None);
        }
        let (client, _) = client.oauth_signin(sign_in).await?;
        let replaced = client.credential().replace(before, store, &mut *lock, client.connection()).await?;
        Ok(matches!(replaced, Replaced::Kept).then_some(client))
    };
    let begun = begun.await;
    unlock(lock).await;
    begun
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
