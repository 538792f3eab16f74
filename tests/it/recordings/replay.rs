//! Compares the recorded traffic of the real server with our side.
//!
//! For each recording in `tests/fixtures/exchanges`: if an official SDK made the request, ours is the same; and the
//! recorded response reads as the declared value, or as an error with the words of the server. The outcome of each is
//! in a snapshot, so that each recording is looked at.

mod services;

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{
    ApiTokensDelete, ApiTokensList, CreateApiToken, CreateWorkspace, ExchangeAuthCallback, GetMe, McpAuthorize,
    McpConsent, McpDiscovery, McpExchange, McpRegister, OAuthSignIn, OAuthSignUp, RefreshCookie, RefreshTokens, SignIn,
    SignOut, SignUp, SocialLogin, UpdateMe, UpdateWorkspace, WorkspacesActivate, WorkspacesDelete, WorkspacesGet,
    WorkspacesList, WorkspacesMembers,
};
use qelos_client::auth::SatisfiedBy;
use qelos_client::wire::{McpRedirect, Tokens};
use qelos_client::{AnyCredential, Client, Clock, DecodeRequest, Endpoint, Timestamp, TransportError};
use serde::Serialize;
use serde_json::Value;

use crate::recordings::fixture::{self, RecordedRequest, RecordedResponse, Recording};

/// The time of the recordings, when recorded tokens have not expired.
struct Then;

impl Clock for Then {
    fn now(&self) -> Timestamp {
        "2026-11-21T17:20:30Z".parse().unwrap()
    }
}

type Sent = Arc<Mutex<Vec<Request<Bytes>>>>;

/// A client with the recorded credential, and what it sends.
async fn client(recorded: &RecordedRequest) -> (Client<AnyCredential, impl qelos_client::Transport>, Sent) {
    let sent = Sent::default();
    let seen = Arc::clone(&sent);
    let credential = recorded.credential();
    let cookie = credential.iter().find(|(name, _)| *name == "cookie").map(|(_, cookie)| (*cookie).to_owned());
    let transport = move |request: Request<Bytes>| {
        let response = match &cookie {
            // A cookie session begins with the response to a sign-in.
            Some(cookie) if request.uri().path() == "/api/signin" => {
                let response = Response::builder().header("set-cookie", cookie);
                response.body(Bytes::from_static(br#"{"payload":{"user":{}}}"#)).unwrap()
            }
            _ => {
                seen.lock().unwrap().push(request);
                Response::new(Bytes::from_static(b"null"))
            }
        };
        async { Ok::<_, TransportError>(response) }
    };
    let client = Client::builder("https://qelos.test").clock(Then).transport(transport).build().unwrap();
    let client = match credential.as_slice() {
        [] => client.into_any(),
        [("x-api-key", key)] => client.with_credential(qelos_client::ApiTokenAuth::new(*key).unwrap()).into_any(),
        [("authorization", bearer)] => {
            let access = bearer.strip_prefix("Bearer ").unwrap();
            let tokens = serde_json::json!({ "token": access, "refreshToken": "not used" });
            client.with_tokens(serde_json::from_value::<Tokens>(tokens).unwrap()).into_any()
        }
        [("cookie", _)] => client.sign_in(&SignIn::new("ada", "hunter2".into())).await.unwrap().0.into_any(),
        other => panic!("no SDK sends {other:?}"),
    };
    (client, sent)
}

/// The outcome when we make the request of an SDK.
async fn request<E>(recorded: &RecordedRequest) -> String
where
    E: DecodeRequest,
    E::Auth: SatisfiedBy<AnyCredential>,
{
    let endpoint = match E::decode_request(&recorded.to_http()) {
        Ok(endpoint) => endpoint,
        Err(error) => return format!("cannot be written: {error}"),
    };
    let (client, sent) = client(recorded).await;
    let outcome = client.call(&endpoint).await;
    let sent = sent.lock().unwrap();
    let Some(ours) = sent.first() else { return format!("not sent: {}", outcome.err().unwrap()) };
    assert_eq!(ours.method().as_str(), recorded.method);
    let mut otherwise = query_differences(ours.uri().path_and_query().unwrap().as_str(), &recorded.path);
    let credential = ["authorization", "cookie", "x-api-key"]
        .iter()
        .filter_map(|name| Some((*name, ours.headers().get(*name)?.to_str().unwrap())));
    let credential: Vec<_> = credential.collect();
    otherwise.extend(body_differences(ours.body(), recorded.body.as_deref().unwrap_or_default()));
    if credential.is_empty() && !recorded.credential().is_empty() {
        otherwise.push("without the credential".to_owned());
    } else {
        assert_eq!(credential, recorded.credential());
    }
    if otherwise.is_empty() {
        "as the SDK sends it".to_owned()
    } else {
        format!("as the SDK sends it, but {}", otherwise.join(", "))
    }
}

/// The parameters that we leave out, and whether they are escaped in another way.
fn query_differences(ours: &str, theirs: &str) -> Vec<String> {
    if ours == theirs {
        return Vec::new();
    }
    let parts = |target: &str| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
        (path.to_owned(), pairs.collect::<BTreeMap<String, String>>())
    };
    let ((path, ours), (their_path, mut theirs)) = (parts(ours), parts(theirs));
    assert_eq!(path, their_path);
    for (name, value) in &ours {
        assert_eq!(theirs.remove(name).as_ref(), Some(value), "{name}");
    }
    match theirs.keys().map(|name| format!("without {name}")).collect::<Vec<_>>() {
        none if none.is_empty() => vec!["with another form of the query".to_owned()],
        without => without,
    }
}

/// The fields of a body that we leave out or send in another form. That is on purpose, so the snapshot shows it.
fn body_differences(ours: &[u8], theirs: &str) -> Vec<String> {
    let (Ok(mut ours), Ok(mut theirs)) = (serde_json::from_slice::<Value>(ours), serde_json::from_str::<Value>(theirs))
    else {
        assert_eq!(std::str::from_utf8(ours).unwrap(), theirs);
        return Vec::new();
    };
    ours.sort_all_objects();
    theirs.sort_all_objects();
    let (ours, theirs) = (ours.as_object().unwrap(), theirs.as_object().unwrap());
    assert!(ours.keys().all(|name| theirs.contains_key(name)), "{ours:?} says more than {theirs:?}");
    let differs = |(name, theirs): (&String, &Value)| match ours.get(name) {
        None => Some(format!("without {name}")),
        Some(ours) if ours != theirs => Some(format!("{name} {ours} for {theirs}")),
        Some(_) => None,
    };
    sorted(theirs).filter_map(differs).collect()
}

/// By name, whatever the order of a map of `serde_json` is in this program.
fn sorted(fields: &serde_json::Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    fields.iter().collect::<BTreeMap<_, _>>().into_iter()
}

/// The recorded response as we read it.
fn answer<E>(answered: &RecordedResponse) -> String
where
    E: Endpoint,
    E::Response: Serialize + Debug,
{
    let response = answered.to_http();
    match E::decode(&response) {
        Ok(value) => {
            let dropped = compare("", &serde_json::to_value(&value).unwrap(), &body(&response));
            let shown = E::decode(&by_name(response)).unwrap();
            format!("{shown:?}{}", if dropped.is_empty() { String::new() } else { format!(", without {dropped:?}") })
        }
        Err(error) => error.to_string(),
    }
}

/// The same response with the fields of its body by name: a map of `serde_json` may keep the order in this program.
fn by_name(response: Response<Bytes>) -> Response<Bytes> {
    if response.body().is_empty() {
        return response;
    }
    let mut body = body(&response);
    body.sort_all_objects();
    response.map(|_| body.to_string().into())
}

fn body(response: &Response<Bytes>) -> Value {
    if response.body().is_empty() { Value::Null } else { serde_json::from_slice(response.body()).unwrap() }
}

/// Values that are read otherwise than they were sent, on purpose: the place, the sent and the read value.
const READ_OTHERWISE: [(&str, &str, &str); 1] = [
    // A session carries the name of its workspace percent-encoded.
    ("/workspace/name", "Acme%20Caf%C3%A9", "Acme Café"),
];

/// Asserts that what we read was sent. Returns the places of the values that were sent and are not read.
fn compare(at: &str, ours: &Value, theirs: &Value) -> Vec<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in ours {
                let empty = value.is_null()
                    || value.as_array().is_some_and(Vec::is_empty)
                    || *value == Value::Object(serde_json::Map::new());
                assert!(theirs.contains_key(key) || empty, "{at}/{key} was made up");
            }
            let known = |(key, theirs): (&String, &Value)| match ours.get(key) {
                Some(ours) => compare(&format!("{at}/{key}"), ours, theirs),
                None if theirs.is_null() => Vec::new(),
                None => vec![format!("{at}/{key}")],
            };
            sorted(theirs).flat_map(known).collect()
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            assert_eq!(ours.len(), theirs.len(), "{at}");
            ours.iter().zip(theirs).flat_map(|(ours, theirs)| compare(at, ours, theirs)).collect()
        }
        // An endpoint that declares no response reads none.
        (Value::Null, _) => Vec::new(),
        _ if READ_OTHERWISE.iter().any(|(place, sent, read)| at.ends_with(place) && theirs == sent && ours == read) => {
            Vec::new()
        }
        _ => {
            assert_eq!(ours, theirs, "{at}");
            Vec::new()
        }
    }
}

async fn replay<E>(recording: &Recording) -> String
where
    E: DecodeRequest,
    E::Auth: SatisfiedBy<AnyCredential>,
    E::Response: Serialize + Debug,
{
    let recorded = recording.request.as_ref().unwrap();
    let request = if recording.made_by_sdk() { request::<E>(recorded).await } else { "made by hand".to_owned() };
    format!("  request: {request}\n  answer:  {}", answer::<E>(recording.response.as_ref().unwrap()))
}

/// As [`replay`], for a response that is only a redirect. The page that it leads to is shown.
async fn redirected<E>(recording: &Recording) -> String
where
    E: DecodeRequest<Response = McpRedirect>,
    E::Auth: SatisfiedBy<AnyCredential>,
{
    let recorded = recording.request.as_ref().unwrap();
    let request = if recording.made_by_sdk() { request::<E>(recorded).await } else { "made by hand".to_owned() };
    let answer = match E::decode(&recording.response.as_ref().unwrap().to_http()) {
        Ok(redirect) => {
            let (page, query) = redirect.location.split_once(['?', '#']).unwrap();
            let names: Vec<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
            format!("{redirect:?} to {page} with {}", names.join(", "))
        }
        Err(error) => error.to_string(),
    };
    format!("  request: {request}\n  answer:  {answer}")
}

async fn outcome(recording: &Recording) -> String {
    let Some(recorded) = &recording.request else { return "  the SDK sent nothing".to_owned() };
    let wants_tokens = recorded.body.as_ref().is_some_and(|body| body.contains("\"authType\":\"oauth\""));
    let path = recorded.path.split('?').next().unwrap_or_default();
    let segments: Vec<_> = path.split('/').skip(1).collect();
    match (recorded.method.as_str(), segments.as_slice()) {
        ("POST", ["api", "signin"]) if wants_tokens => replay::<OAuthSignIn>(recording).await,
        ("POST", ["api", "signin"]) => replay::<SignIn>(recording).await,
        ("POST", ["api", "signup"]) if wants_tokens => replay::<OAuthSignUp>(recording).await,
        ("POST", ["api", "signup"]) => replay::<SignUp>(recording).await,
        ("POST", ["api", "token", "refresh"]) => replay::<RefreshTokens>(recording).await,
        ("POST", ["api", "cookie", "refresh"]) => replay::<RefreshCookie>(recording).await,
        ("POST", ["api", "logout"]) => replay::<SignOut>(recording).await,
        ("GET", ["api", "me"] | ["api", "v1", "me"]) => replay::<GetMe>(recording).await,
        ("POST", ["api", "me"]) => replay::<UpdateMe>(recording).await,
        ("GET", ["api", "me", "api-tokens"]) => replay::<ApiTokensList>(recording).await,
        ("POST", ["api", "me", "api-tokens"]) => replay::<CreateApiToken>(recording).await,
        ("DELETE", ["api", "me", "api-tokens", _]) => replay::<ApiTokensDelete>(recording).await,
        ("GET", ["api", "workspaces"]) => replay::<WorkspacesList>(recording).await,
        ("POST", ["api", "workspaces"]) => replay::<CreateWorkspace>(recording).await,
        ("GET", ["api", "workspaces", _]) => replay::<WorkspacesGet>(recording).await,
        ("PUT", ["api", "workspaces", _]) => replay::<UpdateWorkspace>(recording).await,
        ("DELETE", ["api", "workspaces", _]) => replay::<WorkspacesDelete>(recording).await,
        ("GET", ["api", "workspaces", _, "members"]) => replay::<WorkspacesMembers>(recording).await,
        ("POST", ["api", "workspaces", _, "activate"]) => replay::<WorkspacesActivate>(recording).await,
        ("GET", [".well-known", "oauth-authorization-server"]) => replay::<McpDiscovery>(recording).await,
        ("POST", [".well-known", "oauth-authorization-server", "register"]) => replay::<McpRegister>(recording).await,
        ("GET", ["api", "auth", "mcp", "authorize"]) => redirected::<McpAuthorize>(recording).await,
        ("POST", ["api", "auth", "mcp", "token"]) => replay::<McpExchange>(recording).await,
        ("POST", ["api", "auth", "mcp", "consent"]) => redirected::<McpConsent>(recording).await,
        ("POST", ["api", "auth", "callback"]) => replay::<ExchangeAuthCallback>(recording).await,
        ("GET", ["api", "auth", _]) => replay::<SocialLogin>(recording).await,
        other => panic!("no endpoint for {other:?}"),
    }
}

#[tokio::test]
async fn our_requests_and_types_fit_the_recordings() {
    let names = fixture::names();
    assert!(names.len() > 90, "the recordings are there");
    let mut lines = String::new();
    for name in names {
        let outcome = outcome(&fixture::load(&name)).await;
        writeln!(lines, "{name}\n{outcome}").unwrap();
    }
    insta::assert_snapshot!(lines);
}
