//! The steps of a request: the checks of the gateway, then a mounted endpoint or a route of Qelos, then the headers of
//! every response.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ETAG, IF_NONE_MATCH};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use qelos_spec::Timestamp;
use tokio::time::sleep;

use super::call::{self, Call};
use super::caller::{Denied, Identity, authenticate, identify};
#[cfg(feature = "ai")]
use super::chats;
use super::mount::{Caller, Mounted};
use super::races::Change;
use super::response::{self, Author};
use super::service::{self, Service};
use super::shared::Shared;
use super::state::{State, TENANT};
use super::{
    api_tokens, blueprints, caller, configurations, cookie, entities, mcp, me, session, signup, social, users,
    workspaces,
};

/// Responds to a request at once.
pub(super) fn handle(fake: &Shared, request: &Request<Bytes>) -> Response<Bytes> {
    let mounted = arrive(fake, request);
    process(fake, request, mounted.as_deref(), None)
}

/// Responds to a request, taking as long as the database does.
pub(super) async fn respond(fake: Arc<Shared>, request: Request<Bytes>) -> Response<Bytes> {
    let mounted = arrive(&fake, &request);
    let latency = fake.state().settings.database_latency;
    let takes_time = mounted.is_none() && !latency.is_zero();
    let change = takes_time.then(|| Change::read(&fake.state(), &request, fake.clock.now())).flatten();
    let Some(change) = change else { return process(&fake, &request, mounted.as_deref(), None) };
    // In a task of its own: the server finishes also when the client does not wait.
    let writing = tokio::spawn(async move {
        sleep(latency).await;
        process(&fake, &request, None, Some(&change))
    });
    writing.await.expect("the fake does not panic, and its runtime lives while it is awaited")
}

/// The size up to which the body of a request is read; `None` for a mounted endpoint, which takes any.
pub(super) fn largest_body(fake: &Shared, head: &Request<Bytes>) -> Option<usize> {
    fake.mounted_for(head).is_none().then(|| call::largest_body(head))
}

/// Refuses a request whose body was not read, because it is too large.
pub(super) fn refuse_body(fake: &Shared, head: &Request<Bytes>) -> Response<Bytes> {
    arrive(fake, head);
    response::finish(response::error_page(StatusCode::PAYLOAD_TOO_LARGE), Author::Service, fake.clock.now())
}

/// Records a request, and finds the mounted endpoint that it is for.
fn arrive(fake: &Shared, request: &Request<Bytes>) -> Option<Arc<Mounted>> {
    let mounted = fake.mounted_for(request);
    fake.record(request, mounted.as_deref());
    mounted
}

/// Responds to a received request, which may have read the record that it is going to change.
fn process(
    fake: &Shared,
    request: &Request<Bytes>,
    mounted: Option<&Mounted>,
    change: Option<&Change>,
) -> Response<Bytes> {
    let now = fake.clock.now();
    if let Some(refused) = refuse(request) {
        return response::finish(refused, Author::Gateway, now);
    }
    if request.uri().path() == "/internal-api/health" {
        return response::finish(response::healthy(), Author::Health, now);
    }
    api_tokens::sweep(&mut fake.state(), now);
    let has_caller = mounted.is_some() || is_below_api(request.uri().path());
    let mut response = match mounted {
        Some(mounted) => {
            let caller = caller_of(&mut fake.state(), mounted, request, now);
            // The state is not locked here: a handler may call the fake.
            mounted.respond(request, caller)
        }
        None => {
            let state = &mut *fake.state();
            // The gateway identifies the caller for any service, which counts as a use of an API token.
            let caller = has_caller.then(|| identify_caller(state, request, now));
            let refused = change.and_then(|change| change.refused(state));
            refused.unwrap_or_else(|| route(state, request, caller.unwrap_or(Err(Denied::Guest)), now))
        }
    };
    if has_caller {
        session::rotate_cookie(&mut fake.state(), request, now, &mut response);
    }
    let mut response = response::finish(response, Author::Service, now);
    if *request.method() == Method::HEAD {
        // The headers stay, with the length of the body that a GET would have.
        *response.body_mut() = Bytes::new();
    }
    if is_known(request, &response) { response::not_modified(response) } else { response }
}

fn is_below_api(path: &str) -> bool {
    let (api, rest) = path.split_at_checked("/api".len()).unwrap_or(("", path));
    api.eq_ignore_ascii_case("/api") && (rest.is_empty() || rest.starts_with('/'))
}

/// Identifies the caller.
fn identify_caller(state: &mut State, request: &Request<Bytes>, now: Timestamp) -> Result<Caller, Denied> {
    identify(state, request.headers(), now).map(|identity| Caller::new(state, &identity))
}

/// Identifies the caller of a mounted endpoint. The gateway identifies the caller first, and passes the user on to the
/// service.
fn caller_of(state: &mut State, mounted: &Mounted, request: &Request<Bytes>, now: Timestamp) -> Result<Caller, Denied> {
    let caller = identify_caller(state, request, now);
    if mounted.service() == Service::Auth {
        // The auth service identifies the caller again, so it can say why it refuses a credential.
        return identify_caller(state, request, now);
    }
    passed_on(state, caller)
}

/// The caller as a service other than auth sees them.
fn passed_on(state: &mut State, caller: Result<Caller, Denied>) -> Result<Caller, Denied> {
    if caller.is_ok() && state.settings.slow_gateway > 0 {
        // The gateway has waited for two seconds, and goes on without a user.
        state.settings.slow_gateway -= 1;
        return Err(Denied::Guest);
    }
    caller
}

/// The refusal of a request that the gateway passes on to no service. The host that was called is the only one that is
/// known to be one of the tenant.
fn refuse(request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let text = |name: &str| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let called = call::host(call::authority(request));
    let is_forwarded = text("x-forwarded-host").is_some_and(|host| !call::host(&host).eq_ignore_ascii_case(called));
    if is_forwarded || text("tenant").is_some_and(|tenant| tenant != TENANT) {
        return Some(response::message(StatusCode::BAD_REQUEST, "invalid host for tenant"));
    }
    let version = text("accept-version").filter(|version| version != "v1")?;
    Some(response::message(StatusCode::BAD_REQUEST, &format!("Unsupported API version: {version}")))
}

/// The routes of Qelos: those open to guests, then those for signed-in users, then those of other services than auth.
fn route(
    state: &mut State,
    request: &Request<Bytes>,
    caller: Result<Caller, Denied>,
    now: Timestamp,
) -> Response<Bytes> {
    let path = request.uri().path();
    if !is_below_api(path) && !path.starts_with(mcp::DISCOVERY) {
        return response::index();
    }
    let request = &*call::canonical(request);
    let call = match Call::read(request, now) {
        Ok(call) => call,
        Err(status) => return response::error_page(status),
    };
    let method = request.method().as_str();
    let response = match method {
        "HEAD" => known_route(state, "GET", &call, caller),
        "OPTIONS" => allowed(&call),
        _ => known_route(state, method, &call, caller),
    };
    response.unwrap_or_else(|| {
        if is_below_api(path) { service::unknown_path(method, path) } else { response::not_found(method, path) }
    })
}

fn known_route(
    state: &mut State,
    method: &str,
    call: &Call<'_>,
    caller: Result<Caller, Denied>,
) -> Option<Response<Bytes>> {
    open_route(state, method, call)
        .or_else(|| private_route(state, method, call))
        .or_else(|| service_route(state, method, call, caller))
}

/// The methods that a path has; `None` for an unknown path. They are those to which an empty server responds.
fn allowed(call: &Call<'_>) -> Option<Response<Bytes>> {
    let is_known = |method: &str| known_route(&mut State::new(call.now), method, call, Err(Denied::Guest)).is_some();
    let methods = [("GET", "GET,HEAD"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];
    let allowed: Vec<_> = methods.iter().filter(|(method, _)| is_known(method)).map(|(_, shown)| *shown).collect();
    (!allowed.is_empty()).then(|| response::allow(&allowed.join(",")))
}

fn open_route(state: &mut State, method: &str, call: &Call<'_>) -> Option<Response<Bytes>> {
    Some(match (method, call.segments.as_slice()) {
        ("POST", ["api", "signin"]) => session::sign_in(state, call),
        ("POST", ["api", "signup"]) => signup::sign_up(state, call),
        ("POST", ["api", "token", "refresh"]) => session::refresh(state, call.headers, call.now),
        ("POST", ["api", "cookie", "refresh"]) => cookie::refresh(state, call),
        ("POST", ["api", "auth", "callback"]) => social::exchange(state, call),
        ("GET", [".well-known", "oauth-authorization-server"]) => mcp::discover(call),
        ("POST", [".well-known", "oauth-authorization-server", "register"]) => mcp::register(state, call),
        ("GET", ["api", "auth", "mcp", "authorize"]) => mcp::authorize(state, call),
        ("POST", ["api", "auth", "mcp", "consent"]) => mcp::consent(state, call),
        ("POST", ["api", "auth", "mcp", "token"]) => mcp::exchange(state, call),
        ("GET", ["api", "auth", provider] | ["api", "auth", provider, "callback"]) => return social::begin(provider),
        _ => return None,
    })
}

fn private_route(state: &mut State, method: &str, call: &Call<'_>) -> Option<Response<Bytes>> {
    type Handler = fn(&mut State, &Identity, &Call<'_>) -> Response<Bytes>;
    let handler: Handler = match (method, call.segments.as_slice()) {
        ("POST", ["api", "logout"]) => session::sign_out,
        ("GET", ["api", "me"]) => me::get,
        ("POST", ["api", "me"]) => me::update,
        (_, ["api", "me", "api-tokens", ..]) => api_tokens::route(method, call)?,
        (_, ["api", "workspaces", ..]) => workspaces::route(method, call)?,
        (_, ["api", "users", ..]) => users::route(method, call)?,
        ("GET", ["api", "invites"]) => workspaces::list_invites,
        ("POST", ["api", "invites"]) => workspaces::respond_to_invite,
        _ => return None,
    };
    let identity = if is_about_oneself(method, call) {
        authenticate(state, call.headers, call.now)
    } else {
        identify(state, call.headers, call.now)
    };
    Some(match identity {
        Ok(identity) => handler(state, &identity, call),
        // The service says this in words of its own, other than the middleware of its other routes.
        Err(Denied::Impersonation) if call.segments == ["api", "me"] => {
            caller::failed_impersonation("failed to impersonate user")
        }
        Err(denied) => denied.response(),
    })
}

/// Whether an administrator that acts as another user acts for themselves here.
fn is_about_oneself(method: &str, call: &Call<'_>) -> bool {
    matches!(
        (method, call.segments.as_slice()),
        ("POST", ["api", "me" | "logout"]) | (_, ["api", "me", "api-tokens", ..])
    )
}

/// The routes of the services that take the caller from the gateway. To them, a caller with a bad credential is a guest.
fn service_route(
    state: &mut State,
    method: &str,
    call: &Call<'_>,
    caller: Result<Caller, Denied>,
) -> Option<Response<Bytes>> {
    type Handler = fn(&mut State, &Caller, &Call<'_>) -> Response<Bytes>;
    let handler: Handler = match call.segments.as_slice() {
        ["api", "blueprints", _, "entities" | "charts", ..] => entities::route(method, call)?,
        ["api", "blueprints", ..] => blueprints::route(method, call)?,
        ["api", "configurations", ..] => configurations::route(method, call)?,
        #[cfg(feature = "ai")]
        ["api", "ai", ..] => chats::route(method, call)?,
        _ => return None,
    };
    if call.query("impersonateUser").is_some() {
        return Some(*response::unsupported("impersonation by the parameters of a query"));
    }
    let caller = passed_on(state, caller).unwrap_or_else(|_| Caller::anonymous());
    Some(handler(state, &caller, call))
}

/// Whether the client has this response already.
fn is_known(request: &Request<Bytes>, response: &Response<Bytes>) -> bool {
    let text = |headers: &HeaderMap, name| {
        headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok().map(str::to_owned))
    };
    let (Some(known), Some(etag)) = (text(request.headers(), IF_NONE_MATCH), text(response.headers(), ETAG)) else {
        return false;
    };
    *request.method() == Method::GET
        && response.status() == StatusCode::OK
        && known.split(',').any(|one| one.trim() == etag)
}
