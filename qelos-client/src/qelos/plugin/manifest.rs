//! What a plugin says of itself.

use qelos_spec::BaseUrl;
use qelos_spec::wire::{AuthAcquire, SubscribedEvent};
use serde::Serialize;
use serde_json::Value;

pub(super) const MANIFEST: &str = "/api/play-manifest";
pub(super) const REGISTER: &str = "/api/register";
pub(super) const RENEW: &str = "/api/token/refresh";
pub(super) const CALLBACK: &str = "/api/callback";
pub(super) const AUTHORIZE: &str = "/api/authorize";
pub(super) const UN_AUTHORIZE: &str = "/api/un-authorize";
pub(super) const PROXIED: &str = "/api/play";

/// What a plugin says of itself: the response of `GET /api/play-manifest`, which Qelos reads when the plugin is installed.
///
/// ```
/// use qelos_client::plugin::Manifest;
///
/// let manifest = Manifest::new("todos", &"https://todos.example".parse()?);
/// assert_eq!(manifest.proxy_url, "https://todos.example/api/play");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Manifest {
    /// The name to show.
    pub name: String,
    /// A description.
    pub description: String,
    /// The URL of the plugin.
    pub app_url: String,
    /// The path below `/api/on` at which Qelos has its endpoints: the name, unless said otherwise.
    pub api_path: String,
    /// The URL of this manifest.
    pub manifest_url: String,
    /// The URL at which a server registers.
    pub register_url: String,
    /// The URL that Qelos asks for the way back to a page.
    pub callback_url: String,
    /// The URL at which a page gets its cookie.
    pub authorize_url: String,
    /// The URL at which a page gives its cookie back.
    pub un_authorize_url: String,
    /// The path of the endpoints that Qelos passes requests on to.
    pub proxy_path: String,
    /// Their URL.
    pub proxy_url: String,
    /// The events that Qelos reports.
    pub subscribed_events: Vec<SubscribedEvent>,
    /// The groups of the menu that it adds.
    pub nav_bar_groups: Vec<Value>,
    /// The pages that it adds.
    pub micro_frontends: Vec<Value>,
    /// The pieces of HTML that it adds to all pages.
    pub injectables: Vec<Value>,
    /// The lists of records that it adds.
    pub cruds: Vec<Value>,
    /// How Qelos renews its access token.
    pub auth_acquire: AuthAcquire,
}

impl Manifest {
    /// A plugin of this name, at this URL, with the paths of Plugin Play.
    #[must_use]
    pub fn new(name: &str, app_url: &BaseUrl) -> Self {
        let url = |path: &str| format!("{}{path}", app_url.as_str().trim_end_matches('/'));
        let mut auth_acquire = AuthAcquire::default();
        auth_acquire.refresh_token_url = Some(url(RENEW));
        auth_acquire.refresh_token_key = Some("refresh_token".to_owned());
        auth_acquire.access_token_key = Some("access_token".to_owned());
        Self {
            name: name.to_owned(),
            description: String::new(),
            app_url: app_url.as_str().to_owned(),
            api_path: name.to_owned(),
            manifest_url: url(MANIFEST),
            register_url: url(REGISTER),
            callback_url: url(CALLBACK),
            authorize_url: url(AUTHORIZE),
            un_authorize_url: url(UN_AUTHORIZE),
            proxy_path: PROXIED.to_owned(),
            proxy_url: url(PROXIED),
            subscribed_events: Vec::new(),
            nav_bar_groups: Vec::new(),
            micro_frontends: Vec::new(),
            injectables: Vec::new(),
            cruds: Vec::new(),
            auth_acquire,
        }
    }
}
