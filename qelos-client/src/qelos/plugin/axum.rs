//! A plugin on axum: the routes that Qelos and browsers call, and the caller as an argument of handlers.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, RawQuery, Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use qelos_spec::auth::Privileged;
use qelos_spec::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::json;

use super::manifest::{AUTHORIZE, CALLBACK, MANIFEST, PROXIED, REGISTER, RENEW, UN_AUTHORIZE};
use super::{Authorize, Caller, Denied, Plugin, Register, RenewToken, Unverified};
use crate::DecodeRequest;
use crate::auth::{Credential, SatisfiedBy};
use crate::error::Error;
use crate::transport::Transport;

/// The largest body of a request to one of these routes, in bytes.
const LARGEST: usize = 64 * 1024;

/// Says beside the status 407 that the plugin refuses the access token, and not a proxy.
const Q_AUTH: HeaderName = HeaderName::from_static("x-q-auth");

impl<C: Credential, T: Transport> Plugin<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    /// The routes that Qelos and browsers call: the manifest, the registration, the renewal of tokens, and the three of
    /// [pages](Plugin::callback). `endpoints` are the plugin's own: they are below `/api/play`, and only for Qelos.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::routing::get;
    /// use qelos_client::plugin::{Caller, Plugin};
    ///
    /// /// `GET /api/play/hello`, which the users of a tenant call as `GET /api/on/<plugin>/hello`.
    /// async fn hello(caller: Caller) -> String {
    ///     match caller.user {
    ///         Some(user) => format!("hello, {}", user.first_name.unwrap_or_default()),
    ///         None => "hello, guest".to_owned(),
    ///     }
    /// }
    ///
    /// fn application(plugin: &Plugin) -> Router {
    ///     plugin.router(Router::new().route("/hello", get(hello)))
    /// }
    /// # let _ = application;
    /// ```
    pub fn router(&self, endpoints: Router) -> Router {
        Router::new()
            .route(MANIFEST, get(manifest::<C, T>))
            .route(REGISTER, post(register::<C, T>))
            .route(RENEW, post(renew::<C, T>))
            .route(CALLBACK, get(callback::<C, T>))
            .route(AUTHORIZE, post(authorize::<C, T>))
            .route(UN_AUTHORIZE, post(un_authorize::<C, T>))
            .with_state(self.clone())
            .nest(PROXIED, self.protect(endpoints))
    }

    /// Lets only Qelos call these routes, with an access token of the plugin: for the events that it reports. Handlers take a
    /// [`Caller`].
    pub fn protect(&self, routes: Router) -> Router {
        guarded(routes, |routes| routes.route_layer(from_fn_with_state(self.clone(), verify::<C, T>)))
    }

    /// Lets only the pages of the plugin call these routes, with the cookie of their user. Handlers take a [`Caller`].
    pub fn protect_pages(&self, routes: Router) -> Router {
        guarded(routes, |routes| routes.route_layer(from_fn_with_state(self.clone(), verify_page::<C, T>)))
    }
}

/// Adds a layer to the routes that are there, so that an unknown path stays a 404. axum panics where there is none.
fn guarded(routes: Router, layer: impl FnOnce(Router) -> Router) -> Router {
    if routes.has_routes() { layer(routes) } else { routes }
}

/// The caller that [`Plugin::router`] or [`Plugin::protect`] has verified.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        const UNPROTECTED: &str =
            "this route takes a `Caller`, and is not behind `Plugin::router` or `Plugin::protect`";
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| message(StatusCode::INTERNAL_SERVER_ERROR, UNPROTECTED))
    }
}

async fn verify<C: Credential, T: Transport>(
    State(plugin): State<Plugin<C, T>>,
    request: Request,
    next: Next,
) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    match plugin.caller(request.headers()) {
        Ok(caller) => go_on(caller, request, next).await,
        Err(unverified) => unverified.into_response(),
    }
}

async fn verify_page<C: Credential, T: Transport>(
    State(plugin): State<Plugin<C, T>>,
    request: Request,
    next: Next,
) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    match plugin.visitor(request.headers()) {
        Ok(caller) => go_on(caller, request, next).await,
        Err(unverified) => message(StatusCode::UNAUTHORIZED, &unverified.to_string()),
    }
}

async fn go_on(caller: Caller, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(caller);
    next.run(request).await
}

async fn manifest<C: Credential, T: Transport>(State(plugin): State<Plugin<C, T>>) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], json_of(plugin.manifest())).into_response()
}

async fn register<C: Credential, T: Transport>(State(plugin): State<Plugin<C, T>>, request: Request) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    let registration = match read::<Register>(request).await {
        Ok(registration) => registration,
        Err(refused) => return refused,
    };
    plugin.register(&registration).await.map_or_else(Denied::into_response, |tokens| json_of(&tokens))
}

async fn renew<C: Credential, T: Transport>(State(plugin): State<Plugin<C, T>>, request: Request) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    // A request without a token is refused as one with a bad token is.
    let token = read::<RenewToken>(request).await.map_or_else(|_| SecretString::from(""), |request| request.token);
    plugin.renew(&token).await.map_or_else(Denied::into_response, |tokens| json_of(&tokens))
}

async fn callback<C: Credential, T: Transport>(
    State(plugin): State<Plugin<C, T>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    let query = query.unwrap_or_default();
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let page = parameters.find(|(name, _)| name == "returnUrl").map(|(_, page)| page).unwrap_or_default();
    plugin.callback(&headers, &page).map_or_else(Denied::into_response, |callback| json_of(&callback))
}

async fn authorize<C: Credential, T: Transport>(State(plugin): State<Plugin<C, T>>, request: Request) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    let request = match read::<Authorize>(request).await {
        Ok(request) => request,
        Err(refused) => return refused,
    };
    match plugin.authorize(&request) {
        Ok((authorized, cookie)) => with_cookie(cookie.expose_secret(), json_of(&authorized)),
        Err(denied) => denied.into_response(),
    }
}

async fn un_authorize<C: Credential, T: Transport>(State(plugin): State<Plugin<C, T>>, headers: HeaderMap) -> Response
where
    Privileged: SatisfiedBy<C>,
{
    match plugin.un_authorize(&headers) {
        Ok(cookie) => with_cookie(&cookie, "OK".into_response()),
        Err(unverified) => message(StatusCode::UNAUTHORIZED, &unverified.to_string()),
    }
}

/// Reads a declared request.
async fn read<E: DecodeRequest>(request: Request) -> Result<E, Response> {
    let (parts, body) = request.into_parts();
    let body: Bytes = match to_bytes(body, LARGEST).await {
        Ok(body) => body,
        Err(_) => return Err(message(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large, or was cut")),
    };
    let read = E::decode_request(&http::Request::from_parts(parts, body));
    read.map_err(|error| message(StatusCode::BAD_REQUEST, &error.to_string()))
}

fn json_of(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        // The response may hold tokens.
        Ok(json) => {
            ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], Body::from(json)).into_response()
        }
        Err(_) => message(StatusCode::INTERNAL_SERVER_ERROR, "the response has no JSON form"),
    }
}

fn message(status: StatusCode, text: &str) -> Response {
    (status, json_of(&json!({ "message": text }))).into_response()
}

fn with_cookie(cookie: &str, mut response: Response) -> Response {
    if let Ok(mut value) = HeaderValue::from_str(cookie) {
        value.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

impl IntoResponse for Unverified {
    fn into_response(self) -> Response {
        let refused = message(StatusCode::PROXY_AUTHENTICATION_REQUIRED, &self.to_string());
        ([(Q_AUTH, "unauthorized")], refused).into_response()
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        if let Self::Failed(error) = &self {
            tracing::warn!(%error, "a plugin could not respond to Qelos");
        }
        message(self.status(), self.message())
    }
}

/// The same as [`Denied::Failed`], so that a handler of a plugin can return `Result<_, Error>`. The error is a warning in the log
/// of the program; the response does not repeat it, because the caller is a user of a tenant.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Denied::Failed(self).into_response()
    }
}
