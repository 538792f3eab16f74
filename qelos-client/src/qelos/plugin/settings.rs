//! The settings of a plugin, from environment variables.

use std::ffi::OsString;
use std::fmt;

use qelos_spec::{BaseUrl, ExposeSecret, SecretString};

use crate::error::Error;

const ACCESS: &str = "ACCESS_TOKEN_SECRET";
const REFRESH: &str = "REFRESH_TOKEN_SECRET";
const USER_PAYLOAD: &str = "USER_PAYLOAD_SECRET";
const TENANTS: &str = "ALLOWED_TENANTS";
const APP_URL: &str = "APP_URL";

/// The fewest bytes of a secret that signs: as many as the signature has (RFC 7518 §3.2).
const SHORTEST: usize = 32;

/// The settings of a [`Plugin`](super::Plugin), from the variables of Plugin Play.
///
/// | variable | |
/// |---|---|
/// | `ACCESS_TOKEN_SECRET` | signs the access tokens that the plugin issues to Qelos, and the tokens of its pages; at least 32 bytes |
/// | `REFRESH_TOKEN_SECRET` | signs the refresh tokens; another one, at least 32 bytes |
/// | `USER_PAYLOAD_SECRET` | the name under which the credentials of a tenant are kept as encrypted data of its user: the plugin's own Qelos is told it. A third one, at least 32 bytes |
/// | `APP_URL` | the URL at which Qelos and browsers reach the plugin |
/// | `ALLOWED_TENANTS` | the host names of the servers that may register, with commas between them; each server if it is absent |
///
/// The plugin's own session has the variables of [`Environment`](crate::Environment). `PORT`, `HOST`, `INTERNAL_PORT`,
/// `INTERNAL_HOST`, `STATIC_ROOT` and `STATIC_PREFIX` are those of a web server, which is the program's own; `REDIS_URL` is not needed, because
/// the codes of [`callback`](super::Plugin::callback) are signed and not stored; `SAME_SITE_COOKIES` is `None` here, as for pages that
/// another site embeds.
///
/// `openssl rand -hex 32` makes a good secret. A new one ends the registrations of all tenants: they install the plugin again. A
/// plugin in front of the internet should set `ALLOWED_TENANTS`, because registering makes it send requests to the server that is named.
#[derive(Clone)]
pub struct Settings {
    pub(super) access: SecretString,
    pub(super) refresh: SecretString,
    /// The name of the encrypted data of a tenant.
    pub(super) data: SecretString,
    pub(super) app_url: BaseUrl,
    /// In lower case; none for all.
    tenants: Vec<String>,
}

impl Settings {
    /// Reads the variables of this process.
    ///
    /// # Errors
    ///
    /// When a variable is missing, or cannot be used: one error names them all. It shows no value.
    pub fn read() -> Result<Self, Error> {
        Self::read_from(|name| std::env::var_os(name))
    }

    /// Reads the variables from another source, such as a file of settings.
    ///
    /// ```
    /// use qelos_client::plugin::Settings;
    ///
    /// let error = Settings::read_from(|name| (name == "ACCESS_TOKEN_SECRET").then(|| "hunter2".into())).unwrap_err();
    /// assert!(error.to_string().contains("ACCESS_TOKEN_SECRET is shorter than 32 bytes"));
    /// assert!(!error.to_string().contains("hunter2"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_from(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let mut mistakes = Vec::new();
        let mut text = |name| {
            text(name, &lookup).unwrap_or_else(|mistake| {
                mistakes.push(mistake);
                None
            })
        };
        let [access, refresh, data] = [ACCESS, REFRESH, USER_PAYLOAD].map(|name| text(name).map(SecretString::from));
        let (app_url, tenants) = (text(APP_URL), text(TENANTS));
        mistakes.extend(wrong_secrets([&access, &refresh, &data].map(Option::as_ref)));
        let app_url = match app_url.map(|url| url.parse::<BaseUrl>()) {
            None => Err(format!("{APP_URL} is missing")),
            Some(url) => url.map_err(|error| format!("{APP_URL} is {error}")),
        };
        let app_url = app_url.map_err(|mistake| mistakes.push(mistake)).ok();
        match (access, refresh, data, app_url) {
            (Some(access), Some(refresh), Some(data), Some(app_url)) if mistakes.is_empty() => {
                Ok(Self { access, refresh, data, app_url, tenants: host_names(tenants.as_deref().unwrap_or_default()) })
            }
            _ => Err(Error::config(format_args!("the environment of the plugin: {}", mistakes.join("; ")))),
        }
    }

    /// The URL at which Qelos and browsers reach the plugin.
    #[must_use]
    pub fn app_url(&self) -> &BaseUrl {
        &self.app_url
    }

    /// Whether the server with this host name may register.
    pub(super) fn allows(&self, host: &str) -> bool {
        self.tenants.is_empty() || self.tenants.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
    }
}

/// What is wrong with the secrets, alone and together.
fn wrong_secrets(secrets: [Option<&SecretString>; 3]) -> Vec<String> {
    let [access, refresh, data] = secrets.map(|secret| secret.map_or("", ExposeSecret::expose_secret));
    let mut mistakes = Vec::new();
    for (name, secret) in [(ACCESS, access), (REFRESH, refresh), (USER_PAYLOAD, data)] {
        match secret.len() {
            0 => mistakes.push(format!("{name} is missing")),
            length if length < SHORTEST => mistakes.push(format!("{name} is shorter than {SHORTEST} bytes")),
            _ => {}
        }
    }
    let equal = |name, secret: &str, other_name, other, why| {
        (!secret.is_empty() && secret == other).then(|| format!("{name} is the same as {other_name}: {why}"))
    };
    let told = "a server is told it, and no server may be told what signs tokens";
    mistakes.extend(equal(REFRESH, refresh, ACCESS, access, "a refresh token would be good as an access token"));
    mistakes.extend(equal(USER_PAYLOAD, data, ACCESS, access, told));
    mistakes.extend(equal(USER_PAYLOAD, data, REFRESH, refresh, told));
    mistakes
}

/// A variable without the blanks around it; `None` for an empty one.
fn text(name: &str, lookup: impl Fn(&str) -> Option<OsString>) -> Result<Option<String>, String> {
    let Some(value) = lookup(name) else { return Ok(None) };
    let value = value.into_string().map_err(|_| format!("{name} is not valid Unicode"))?;
    Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty()))
}

fn host_names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect()
}

/// Shows no secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { app_url, tenants, .. } = self;
        f.debug_struct("Settings").field("app_url", app_url).field("tenants", tenants).finish_non_exhaustive()
    }
}
