//! Signing in on another device: the program shows a code, and its user enters it in a browser anywhere.

use std::fmt;
use std::time::Duration;

use qelos_spec::{ApiError, Timestamp};
use tokio::time::sleep;

use crate::auth::{Anonymous, Credential};
use crate::client::Client;
use crate::error::Error;
use crate::oauth2::device_codes::DeviceCodes;
use crate::oauth2::endpoint_url::for_browser;
use crate::oauth2::requests::Form;
use crate::oauth2::{OAuth2, server};
use crate::session::TokenSession;
use crate::transport::Transport;

/// What a server that asks for slower requests adds to each pause (RFC 8628 §3.5).
const SLOWER: Duration = Duration::from_secs(5);

impl OAuth2 {
    /// Begins a sign-in on another device (RFC 8628), for programs without a browser: the program shows a code and a URL,
    /// and its user enters the code there.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// use qelos_client::Client;
    /// use qelos_client::oauth2::{AuthorizationServer, OAuth2};
    /// use qelos_client::store::FileTokenStore;
    ///
    /// let client = Client::new("https://api.acme.example")?;
    /// let server = AuthorizationServer::new("https://login.acme.example/oauth/token", "invoices")?
    ///     .authorize_devices_at("https://login.acme.example/oauth/device")?;
    /// let sign_in = OAuth2::new(server).device_sign_in(&client).await?;
    /// eprintln!("open {} and enter {}", sign_in.verification_uri(), sign_in.user_code());
    /// let client = sign_in.finish().await?;
    /// client.keep_in(FileTokenStore::new("/home/ada/.config/acme/session.json")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server has no endpoint for devices, cannot be reached, refuses, or names a URL that no browser should open.
    pub async fn device_sign_in<C: Credential, T: Transport>(
        &self,
        client: &Client<C, T>,
    ) -> Result<DeviceSignIn<T>, Error> {
        const NO_TEXT: &str = "the authorization server has sent a code that cannot be shown";
        let client = client.with_credential(Anonymous);
        let mut codes = self.server.device_codes(client.connection()).await?;
        codes.verification_uri = for_browser(&codes.verification_uri)?;
        codes.verification_uri_complete = codes.verification_uri_complete.as_deref().map(for_browser).transpose()?;
        // A terminal would follow control characters.
        if codes.user_code.is_empty() || codes.user_code.contains(char::is_control) {
            return Err(Error::sign_in_failed(NO_TEXT, None));
        }
        let (asked_at, pause) = (client.connection().now(), codes.interval());
        let expires_at = asked_at.saturating_add(codes.life());
        Ok(DeviceSignIn { scheme: self.clone(), client, codes, expires_at, asked_at, pause })
    }
}

/// A sign-in on another device that has begun. Show its [`user_code`](Self::user_code) and its
/// [`verification_uri`](Self::verification_uri), then wait for the user.
///
/// An attacker can begin a sign-in of his own and persuade a user to enter *his* code: he then holds the session of that
/// user. The server warns its users of that. A program helps if it shows the code beside its own name.
pub struct DeviceSignIn<T> {
    scheme: OAuth2,
    client: Client<Anonymous, T>,
    codes: DeviceCodes,
    expires_at: Timestamp,
    /// When the server was asked for the last time.
    asked_at: Timestamp,
    /// How long to wait until it is asked again.
    pause: Duration,
}

/// Where a sign-in on another device stands.
#[non_exhaustive]
pub enum DeviceProgress<T> {
    /// The user has not decided yet (`authorization_pending`).
    Pending,
    /// The user has not decided yet, and the server wants to be asked less often (`slow_down`): with this pause.
    SlowedDown(Duration),
    /// The server could not be asked. It is asked again after a longer pause.
    Unreachable(Error),
    /// The user has signed in.
    Finished(Client<TokenSession<OAuth2>, T>),
}

impl<T: Transport> DeviceSignIn<T> {
    /// The code that the user enters.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.codes.user_code
    }

    /// The URL of the page for the code.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        &self.codes.verification_uri
    }

    /// The URL of a page that knows the code already, for a link or a QR code, if the server has one. Show the code beside
    /// it, so that the user can compare.
    #[must_use]
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.codes.verification_uri_complete.as_deref()
    }

    /// When the code expires, by the clock of the client.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Waits as long as the server asks for, asks it once, and returns where the sign-in stands, for programs that show
    /// it. [`finish`](Self::finish) repeats this to the end.
    ///
    /// ```no_run
    /// # use qelos_client::{Client, DefaultTransport, oauth2::{DeviceProgress, OAuth2}, session::TokenSession};
    /// # async fn run(scheme: OAuth2, client: Client) -> Result<Client<TokenSession<OAuth2>>, qelos_client::Error> {
    /// let mut sign_in = scheme.device_sign_in(&client).await?;
    /// eprint!("open {} and enter {} ", sign_in.verification_uri(), sign_in.user_code());
    /// let client = loop {
    ///     match sign_in.next().await? {
    ///         DeviceProgress::Finished(client) => break client,
    ///         DeviceProgress::Unreachable(error) => eprintln!("trying again: {error}"),
    ///         _ => eprint!("."),
    ///     }
    /// };
    /// # Ok(client)
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the user has refused (`access_denied`) or the code has expired (`expired_token`, or the time has passed),
    /// [`is_sign_in_failed`](Error::is_sign_in_failed) is `true`, and the program may begin again. Any other error is a
    /// refusal for another reason, such as an id that the server does not know.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have received the tokens, which the server issues once: the sign-in has to begin again then.
    pub async fn next(&mut self) -> Result<DeviceProgress<T>, Error> {
        self.wait().await?;
        let form = Form {
            device_code: Some(self.codes.device_code.clone()),
            ..Form::grant("urn:ietf:params:oauth:grant-type:device_code")
        };
        let connection = self.client.connection();
        self.asked_at = connection.now();
        match self.scheme.server.tokens(form, connection).await {
            Ok(tokens) => {
                let session = TokenSession::issued(self.scheme.clone(), tokens, connection.now())?;
                Ok(DeviceProgress::Finished(self.client.with_credential(session)))
            }
            Err(error) => self.not_yet(error),
        }
    }

    /// Waits until the user has signed in.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// As [`next`](Self::next).
    pub async fn finish(mut self) -> Result<Client<TokenSession<OAuth2>, T>, Error> {
        loop {
            if let DeviceProgress::Finished(client) = self.next().await? {
                return Ok(client);
            }
        }
    }

    /// Waits for the rest of the pause. A clock that is set back does not make it longer.
    async fn wait(&self) -> Result<(), Error> {
        let now = self.client.connection().now();
        if now >= self.expires_at {
            return Err(expired(None));
        }
        let pause = self.pause.min(self.expires_at.since(self.asked_at));
        sleep(pause.saturating_sub(now.since(self.asked_at))).await;
        Ok(())
    }

    fn not_yet(&mut self, error: Error) -> Result<DeviceProgress<T>, Error> {
        match server::code(&error).as_deref() {
            Some("authorization_pending") => Ok(DeviceProgress::Pending),
            Some("slow_down") => {
                self.pause = self.pause.saturating_add(SLOWER);
                Ok(DeviceProgress::SlowedDown(self.pause))
            }
            Some("access_denied") => Err(Error::sign_in_failed("the user has refused it", error.api())),
            Some("expired_token") => Err(expired(error.api())),
            _ if error.is_transient() => {
                self.pause = self.pause.saturating_mul(2).max(error.retry_after().unwrap_or_default());
                Ok(DeviceProgress::Unreachable(error))
            }
            _ => Err(error),
        }
    }
}

fn expired(refusal: Option<&ApiError>) -> Error {
    Error::sign_in_failed("the code has expired before the user has entered it", refusal)
}

/// Does not show the code of the device.
impl<T> fmt::Debug for DeviceSignIn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceSignIn")
            .field("verification_uri", &self.codes.verification_uri)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for DeviceProgress<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending => f.write_str("Pending"),
            Self::SlowedDown(pause) => write!(f, "SlowedDown({pause:?})"),
            Self::Unreachable(error) => write!(f, "Unreachable({error})"),
            Self::Finished(_) => f.write_str("Finished"),
        }
    }
}
