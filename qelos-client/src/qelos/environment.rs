//! A server and a credential from environment variables.
//!
//! The variables are those of Plugin Play: `QELOS_URL`; `QELOS_API_TOKEN`, which is preferred to `QELOS_USERNAME` with
//! `QELOS_PASSWORD`.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use qelos_spec::api::{GetMe, OAuthSignIn};
use qelos_spec::{BaseUrl, WorkspaceId};

use crate::auth::{Anonymous, AnyCredential, Credential, OAuth, SatisfiedBy, SignedIn};
use crate::client::Client;
use crate::error::Error;
use crate::qelos::scheme::{Qelos, login};
use crate::qelos::workspace_mismatch::check_workspace;
use crate::session::store::{AnyStore, StoreError, StoredSession, TokenStore, lock, unlock};
use crate::session::{Replaced, load};
use crate::transport::Transport;
use crate::{ApiTokenAuth, Builder};

mod variables;

use self::variables::{ALLOW_PLAIN_HTTP, API_TOKEN, PASSWORD, URL, USERNAME, Variables, WORKSPACE, password, trimmed};

/// A server and a credential for it, read from environment variables.
///
/// | variable | |
/// |---|---|
/// | `QELOS_URL` | the server, such as `https://acme.example` |
/// | `QELOS_API_TOKEN` | an API token; it is preferred to a password |
/// | `QELOS_USERNAME`, `QELOS_PASSWORD` | without an API token, the user to sign in |
/// | `QELOS_WORKSPACE` | the workspace that the program works in, 24 hexadecimal digits: see [`in_workspace`](Self::in_workspace) |
/// | `QELOS_ALLOW_PLAIN_HTTP` | `1` or `true` to send credentials over plain http, as [`danger_allow_plain_http`](Builder::danger_allow_plain_http) does: for the name of a service in a cluster |
///
/// Blanks and line breaks around a value are cut off; a value in quotes, or with a byte order mark, is an error. A
/// password may contain all of these: only one line break at its end is cut off. When the server refuses the password,
/// the error names anything unusual in it.
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
    workspace: Option<WorkspaceId>,
    plain_http: bool,
    store: Option<Arc<dyn AnyStore>>,
}

#[derive(Clone)]
enum Login {
    ApiToken(ApiTokenAuth),
    /// With a hint about anything unusual in the password.
    Password(OAuthSignIn, Option<String>),
}

/// Shows the server and how the program signs in, and no secret.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = match self.login {
            Login::ApiToken(_) => API_TOKEN,
            Login::Password(..) => PASSWORD,
        };
        f.debug_struct("Environment")
            .field("url", &self.url)
            .field("login", &login)
            .field("workspace", &self.workspace)
            .field("plain_http", &self.plain_http)
            .field("keeps", &self.store.is_some())
            .finish()
    }
}

impl Environment {
    /// Reads the variables of this process.
    ///
    /// # Errors
    ///
    /// When variables are missing or not valid Unicode: one error lists the missing, the empty and the found variables.
    /// When a value cannot be used: the error names the variable. No error shows a value.
    pub fn read() -> Result<Self, Error> {
        Self::read_from(|name| std::env::var_os(name))
    }

    /// Reads the variables from another source, such as a file of settings.
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
        let mut variables = Variables::default();
        let url = variables.take(URL, &lookup);
        let token = variables.take(API_TOKEN, &lookup);
        let person = (variables.take(USERNAME, &lookup), variables.take(PASSWORD, &lookup));
        let workspace = variables.take(WORKSPACE, &lookup);
        let plain_http = variables.take(ALLOW_PLAIN_HTTP, &lookup);
        let login = match (token, person) {
            (Some(token), _) => Some(Login::from_token(&token)),
            (None, (Some(username), Some(password))) => Some(Login::from_password(&username, &password)),
            _ => None,
        };
        let (Some(url), Some(login), true) = (url, login, variables.are_all_unicode()) else {
            return Err(variables.explain());
        };
        let url = trimmed(URL, &url)?.parse().map_err(|error| Error::config(format_args!("{URL} is {error}")))?;
        let workspace = workspace.map(|id| workspace_id(&id)).transpose()?;
        let plain_http = plain_http.map_or(Ok(false), |said| is_allowed(&said))?;
        Ok(Self { url, login: login?, workspace, plain_http, store: None })
    }

    /// The base URL of the server.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.url
    }

    /// Shares the session through a [store](crate::store), with all replicas of the program and with its next start.
    ///
    /// The program continues the session in the store. It begins a new one, which replaces that session, when there is
    /// none, when it is one of another user, or when it has ended. Older replicas that still run as the other user keep
    /// their session, and fail when it has to be renewed. A session of another server is an error. With an API token,
    /// the store is not used.
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

    /// Expects to work in this workspace, instead of the one in `QELOS_WORKSPACE`: [`connect`](Self::connect) fails
    /// with [`is_workspace_mismatch`](Error::is_workspace_mismatch) when the server works in another one, or in none.
    ///
    /// With a password, the sign-in asks for the workspace, and the session stays in it. An API token has to be locked to it.
    /// The workspace is the one in the response of `GET /api/me`: for an API token the workspace it is locked to, if
    /// any, and for a session the workspace it is signed in to. A session from the store is checked as well: a session
    /// in another workspace belongs to another program, and is not used.
    ///
    /// ```no_run
    /// use qelos_client::Environment;
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let workspace = "6b01d2eb627f2972a3746020".parse().unwrap();
    /// let client = Environment::read()?.in_workspace(workspace).connect().await?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn in_workspace(self, workspace: WorkspaceId) -> Self {
        Self { workspace: Some(workspace), ..self }
    }

    /// Signs in, or continues the session in the store, and checks that the credential works: without a new sign-in, it
    /// asks `GET /api/me`.
    ///
    /// With a password, the client signs in again when the server refuses to renew the session.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses the credential, the program would work in another workspace than the
    /// expected one ([`is_workspace_mismatch`](Error::is_workspace_mismatch)), or the store cannot be used
    /// ([`is_store`](Error::is_store)).
    ///
    /// # Cancel safety
    ///
    /// A dropped future may leave a session on the server that no program uses.
    #[cfg(any(feature = "hyper", feature = "reqwest"))]
    pub async fn connect(self) -> Result<Client<AnyCredential>, Error> {
        self.connect_with(|builder| builder).await
    }

    /// Connects as [`connect`](Self::connect) does, with limits, a clock or a transport of your own.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use qelos_client::{Environment, transport::ReqwestTransport};
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let patient = Environment::read()?.connect_with(|builder| builder.deadline(Duration::from_mins(5))).await?;
    ///
    /// let transport = ReqwestTransport::builder().connect_timeout(Duration::from_secs(2)).build()?;
    /// let hasty = Environment::read()?.connect_with(|builder| builder.transport(transport)).await?;
    /// # let _ = (patient, hasty);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect). A dropped future has the same effects, too.
    pub async fn connect_with<T: Transport>(
        self,
        configure: impl FnOnce(Builder) -> Builder<Anonymous, T>,
    ) -> Result<Client<AnyCredential, T>, Error> {
        let mut builder = Client::builder(self.url.as_str());
        if self.plain_http {
            builder = builder.danger_allow_plain_http();
        }
        let client = configure(builder).build()?;
        let (connected, about_password) = match self.login {
            Login::ApiToken(token) => (with_token(&client, token, self.workspace).await.map(Client::into_any), None),
            Login::Password(mut sign_in, about_password) => {
                sign_in.workspace = self.workspace;
                (session(&client, sign_in, self.store).await.map(Client::into_any), about_password)
            }
        };
        connected.map_err(|error| match about_password {
            Some(hint) if error.is_unauthorized() => error.with_hint(hint),
            _ if error.is_plaintext() => {
                error.with_hint(format!("use an https URL in {URL}, or allow it with `{ALLOW_PLAIN_HTTP}=1`"))
            }
            _ => error,
        })
    }
}

impl Login {
    fn from_token(token: &str) -> Result<Self, Error> {
        let credential = ApiTokenAuth::new(trimmed(API_TOKEN, token)?);
        credential.map(Self::ApiToken).map_err(|error| Error::config(format_args!("{API_TOKEN}: {error}")))
    }

    fn from_password(username: &str, given: &str) -> Result<Self, Error> {
        let username = trimmed(USERNAME, username)?;
        let (password, oddities) = password(given);
        Ok(Self::Password(OAuthSignIn::new(username, password), oddities))
    }
}

/// Reads the id of a workspace. The error does not repeat the value, which may be a token in the wrong variable.
fn workspace_id(value: &str) -> Result<WorkspaceId, Error> {
    let id = trimmed(WORKSPACE, value)?.parse();
    id.map_err(|_| {
        Error::config(format_args!("{WORKSPACE} is not the id of a workspace: an id is 24 hexadecimal digits"))
    })
}

fn is_allowed(value: &str) -> Result<bool, Error> {
    match trimmed(ALLOW_PLAIN_HTTP, value)? {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(Error::config(format_args!(
            "{ALLOW_PLAIN_HTTP} is neither yes nor no: write `1` or `true` to allow plain http, and `0`, `false` or nothing to forbid it"
        ))),
    }
}

async fn with_token<T: Transport>(
    client: &Client<Anonymous, T>,
    token: ApiTokenAuth,
    workspace: Option<WorkspaceId>,
) -> Result<Client<ApiTokenAuth, T>, Error> {
    const MISMATCH: &str = "the API token is locked to another workspace, or to none: create one that is locked to the \
                            workspace the program expects, or expect none";
    let client = client.with_credential(token);
    prove(&client, workspace, MISMATCH).await?;
    Ok(client)
}

/// Checks with `GET /api/me` that the credential works, and in the expected workspace; `mismatch` is the hint if not.
async fn prove<C: Credential, T: Transport>(
    client: &Client<C, T>,
    workspace: Option<WorkspaceId>,
    mismatch: &str,
) -> Result<(), Error>
where
    SignedIn: SatisfiedBy<C>,
{
    let me = client.logged_in_user().await?;
    check_workspace(workspace, me.workspace.map(|workspace| workspace.id))
        .map_err(|error| client.failed::<GetMe>(error).with_hint(mismatch.to_owned()))
}

/// The session in the store, if it is one of this user and has not ended; otherwise a new one, which the store then
/// holds.
async fn session<T: Transport>(
    client: &Client<Anonymous, T>,
    sign_in: OAuthSignIn,
    store: Option<Arc<dyn AnyStore>>,
) -> Result<Client<OAuth, T>, Error> {
    const MISMATCH: &str = "the session in the token store is in another workspace: give this program a store of its own, \
                            or remove that session";
    let Some(store) = store else {
        let (client, _) = client.oauth_sign_in(&sign_in).await?;
        return Ok(client.sign_in_again_with(sign_in));
    };
    let login = login(&sign_in.username);
    let mut over: Option<StoredSession> = None;
    for _ in 0..BEGINNINGS {
        let stored = load(&Qelos::default(), &*store, client.connection()).await?;
        let is_mine = |stored: &&StoredSession| stored.login().is_none_or(|theirs| theirs == login);
        let is_over = |stored: &StoredSession| over.as_ref().is_some_and(|over| over.is_same_pair(stored));
        if let Some(mine) = stored.as_ref().filter(is_mine).filter(|mine| !is_over(mine)) {
            let session = OAuth::from_store(Qelos::default(), mine.clone(), Arc::clone(&store))?;
            let client = client.with_credential(session).sign_in_again_with(sign_in.clone());
            match prove(&client, sign_in.workspace, MISMATCH).await {
                Err(error) if error.is_session_ended() => {
                    tracing::warn!(%error, "the session in the token store has ended: a new one begins");
                    over = stored;
                    continue;
                }
                outcome => return outcome.map(|()| client),
            }
        }
        if let Some(client) = begin(client, &sign_in, &store, stored).await? {
            return Ok(client.sign_in_again_with(sign_in));
        }
    }
    Err(StoreError::new(
        "other processes replace the session in the token store all the time: give each program a store of its own",
    )
    .into())
}

/// How often the session in the store is loaded. Each time after the first, another process has replaced it meanwhile.
const BEGINNINGS: usize = 8;

/// Begins a new session, which replaces `before` in the store; `None` when another process has written meanwhile.
///
/// It takes the lock first. So a store that cannot be used is an error before there is a session on the server, and
/// processes that start at the same time find the new session.
async fn begin<T: Transport>(
    client: &Client<Anonymous, T>,
    sign_in: &OAuthSignIn,
    store: &Arc<dyn AnyStore>,
    before: Option<StoredSession>,
) -> Result<Option<Client<OAuth, T>>, Error> {
    let mut lock = lock(&**store).await?;
    let begun = async {
        let now = load(&Qelos::default(), &**store, client.connection()).await?;
        if !StoredSession::are_same(now.as_ref(), before.as_ref()) {
            return Ok(None);
        }
        let (client, _) = client.oauth_sign_in(sign_in).await?;
        let replaced = client.credential().replace(before, store, &mut *lock, client.connection()).await?;
        Ok(matches!(replaced, Replaced::Kept).then_some(client))
    };
    let begun = begun.await;
    unlock(lock).await;
    begun
}
