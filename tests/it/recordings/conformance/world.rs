//! The embedded Qelos in the state of a recording: the same people, workspaces and tokens, with other ids.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use qelos_client::testing::{FakeQelos, ManualClock, Member, NewUser};
use qelos_spec::{Timestamp, UserId, WorkspaceId};
use serde_json::{Value, json};

use super::token;
use crate::recordings::fixture::{RecordedRequest, Recording};

/// The time of the recordings, within some seconds.
const NOW: &str = "2026-11-21T17:20:42.900Z";

const USER_1: &str = "6b01d2e3627f2972a3745d60";
const USER_2: &str = "6b01d2e4627f2972a3745d63";
pub(crate) const ADMIN: &str = "6b01d2dce89bbfbf484067c5";
const ACME: &str = "6b01d2e7627f2972a3745de0";
const BETA: &str = "6b01d2e7627f2972a3745de4";

/// The state that the server was in when a recording was made. Later states come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Chapter {
    /// There is only the administrator.
    Founded,
    /// The first user has signed up, and has no workspace.
    SignedUp,
    /// The first user has two workspaces.
    WithWorkspaces,
    /// The first user has changed their name and given a birth date.
    Renamed,
    /// The first user has removed their picture, which they never had.
    WithoutPicture,
}

pub(crate) struct World {
    pub(crate) qelos: FakeQelos,
    pub(crate) clock: ManualClock,
    /// The token in the body of the recorded request. It is no credential.
    recorded_in_body: Option<String>,
    /// The ids here, by the ids in the recordings.
    ids: RefCell<BTreeMap<String, String>>,
}

/// The tokens of a sign-in.
pub(crate) struct Session {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl World {
    pub(crate) fn new(chapter: Chapter, recording: &Recording) -> Self {
        let clock = ManualClock::new(NOW.parse().expect("a time"));
        let qelos = FakeQelos::new(clock.clone());
        let body = recording.request.as_ref().and_then(|request| request.body.as_deref());
        let recorded_in_body = body.and_then(token::find).map(str::to_owned);
        qelos.set_mcp_callbacks(&["https://client.example/cb", "http://127.0.0.1:*/callback"]);
        let world = Self { qelos, clock, recorded_in_body, ids: RefCell::default() };
        let admin = NewUser::new("admin@qelos.test", "admin-pass-1").first_name("Administrator").last_name("The Ruler");
        world.remember(ADMIN, &world.qelos.add_user(admin.full_name(None).role("admin")));
        if chapter == Chapter::Founded {
            return world;
        }
        let user = NewUser::new("user1@qelos.test", "user-pass-1").first_name("Una").last_name("User");
        let user = match chapter {
            Chapter::Founded | Chapter::SignedUp | Chapter::WithWorkspaces => user,
            Chapter::Renamed => user.first_name("Ünä").full_name(Some("Una User")).birth_date("1990-04-04"),
            Chapter::WithoutPicture => {
                user.first_name("Ünä").full_name(Some("Una The User")).birth_date("NaN-NaN-NaN").profile_image(None)
            }
        };
        let user = world.qelos.add_user(user);
        world.remember(USER_1, &user);
        if chapter >= Chapter::WithWorkspaces {
            world.remember(ACME, &world.workspace("Acme Café", user));
            world.remember(BETA, &world.workspace("Beta", user));
        }
        world
    }

    pub(crate) fn workspace(&self, name: &str, creator: UserId) -> WorkspaceId {
        self.qelos.add_workspace(name, &[Member::new(creator, &["admin", "user"])])
    }

    /// Adds the second user, whose password is another one in later recordings.
    pub(crate) fn add_user_2(&self, password: &str) {
        let user = NewUser::new("user2@qelos.test", password).first_name("Duo").last_name("User");
        self.remember(USER_2, &self.qelos.add_user(user.birth_date("1990-04-04")));
    }

    /// From here on the recorded id means this one.
    pub(crate) fn remember(&self, recorded: &'static str, id: &impl ToString) {
        self.ids.borrow_mut().insert(recorded.to_owned(), id.to_string());
    }

    /// The id that a recorded id means.
    pub(crate) fn known_as(&self, recorded: &str) -> String {
        self.ids.borrow()[recorded].clone()
    }

    /// From here on the token in the recorded body means this one.
    pub(crate) fn remember_state(&self, state: &str) {
        if let Some(recorded) = &self.recorded_in_body {
            self.ids.borrow_mut().insert(recorded.clone(), state.to_owned());
        }
    }

    /// Signs in with tokens, to the first workspace of the recordings if it is there.
    pub(crate) fn sign_in(&self, username: &str, password: &str) -> Session {
        let workspace = self.ids.borrow().get(ACME).cloned();
        let body = json!({ "username": username, "password": password, "authType": "oauth", "workspace": workspace });
        let response = self.post("/api/signin", None, &body);
        let payload = &json_of(&response)["payload"];
        Session { access: text(&payload["token"]), refresh: text(&payload["refreshToken"]) }
    }

    pub(crate) fn user_1(&self) -> Session {
        self.sign_in("user1@qelos.test", "user-pass-1")
    }

    pub(crate) fn user_2(&self) -> Session {
        self.add_user_2("user-pass-2");
        self.sign_in("user2@qelos.test", "user-pass-2")
    }

    pub(crate) fn admin(&self) -> Session {
        self.sign_in("admin@qelos.test", "admin-pass-1")
    }

    /// Signs the first user in with a cookie.
    pub(crate) fn cookie(&self) -> String {
        self.cookie_of("user1@qelos.test", "user-pass-1")
    }

    pub(crate) fn cookie_of_admin(&self) -> String {
        self.cookie_of("admin@qelos.test", "admin-pass-1")
    }

    fn cookie_of(&self, username: &str, password: &str) -> String {
        let body = json!({ "username": username, "password": password });
        let response = self.post("/api/signin", None, &body);
        cookie_of(&response)
    }

    /// Uses a refresh token, a second later.
    pub(crate) fn refresh(&self, refresh: &str) -> Response<Bytes> {
        self.clock.advance(Duration::from_secs(1));
        self.post("/api/token/refresh", Some(("authorization", format!("Bearer {refresh}"))), &Value::Null)
    }

    pub(crate) fn sign_out(&self, header: &'static str, credential: String) {
        let response = self.post("/api/logout", Some((header, credential)), &Value::Null);
        assert_eq!(response.status(), 200);
    }

    /// Creates an API token of the first user and returns it.
    pub(crate) fn api_token(&self, body: &Value) -> String {
        text(&self.create_api_token(body)["token"])
    }

    /// Creates an API token of the first user, for which a recorded id stands.
    pub(crate) fn api_token_known_as(&self, recorded: &'static str) -> String {
        let created = self.create_api_token(&json!({ "nickname": "ci", "expiresAt": "2026-11-22T17:20:42.894Z" }));
        self.remember(recorded, &text(&created["apiToken"]["_id"]));
        text(&created["token"])
    }

    /// Creates an API token that is locked to the second workspace.
    pub(crate) fn locked_api_token(&self) -> String {
        self.api_token(&self.in_beta())
    }

    /// The id here of the second workspace.
    pub(crate) fn id_of_beta(&self) -> String {
        self.known_as(BETA)
    }

    pub(crate) fn in_beta(&self) -> Value {
        json!({ "nickname": "ws", "expiresAt": "2026-11-22T17:20:42.894Z", "workspace": self.id_of_beta() })
    }

    fn create_api_token(&self, body: &Value) -> Value {
        let authorization = format!("Bearer {}", self.user_1().access);
        let response = self.post("/api/me/api-tokens", Some(("authorization", authorization)), body);
        assert_eq!(response.status(), 201, "{:?}", response.body());
        json_of(&response)
    }

    /// The time after so many milliseconds.
    pub(crate) fn expiry(&self, millis: u64) -> Timestamp {
        qelos_client::Clock::now(&self.clock).saturating_add(Duration::from_millis(millis))
    }

    pub(crate) fn post(&self, path: &str, credential: Option<(&str, String)>, body: &Value) -> Response<Bytes> {
        self.send(Method::POST, path, credential, body)
    }

    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        credential: Option<(&str, String)>,
        body: &Value,
    ) -> Response<Bytes> {
        let request = Request::builder().method(method).uri(path);
        let mut request = request.header("host", "qelos.test").header("content-type", "application/json");
        if let Some((header, value)) = credential {
            request = request.header(header, value);
        }
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        self.qelos.handle(request.body(body).expect("a request"))
    }

    pub(crate) fn get(&self, path: &str, (header, credential): (&str, String)) -> Response<Bytes> {
        let request = Request::get(path).header("host", "qelos.test").header(header, credential);
        self.qelos.handle(request.body(Bytes::new()).expect("a request"))
    }

    /// The recorded request, with the ids and the credential of this world.
    pub(crate) fn request(&self, recorded: &RecordedRequest, credential: &str) -> Request<Bytes> {
        // A token outside of the headers is the credential only if the headers have none.
        let outside = if recorded.credential().is_empty() { credential } else { "" };
        let path = with_credential(&self.with_ids(&recorded.path), outside);
        let mut request = Request::builder().method(recorded.method.as_str()).uri(path);
        let mut headers = recorded.headers.clone();
        if let Some(host) = headers.remove("tenanthost") {
            // The gateway tells a service with this header which host the client called. Here the request names the
            // host.
            headers.insert("host".to_owned(), host);
        }
        for (name, value) in &headers {
            request = request.header(name, with_credential(&self.with_ids(value), credential));
        }
        let body = recorded.body.as_deref().unwrap_or_default();
        request.body(with_credential(&self.with_ids(body), outside).into()).expect("a request")
    }

    /// The text with the ids of this world.
    pub(crate) fn with_ids(&self, text: &str) -> String {
        self.ids.borrow().iter().fold(text.to_owned(), |text, (recorded, id)| text.replace(recorded, id))
    }
}

/// Replaces the recorded credential. An empty one leaves the recorded one.
fn with_credential(text: &str, credential: &str) -> String {
    match token::find(text) {
        Some(recorded) if !credential.is_empty() => {
            let prefixed = recorded.starts_with("ql_") || !credential.starts_with("ql_");
            text.replace(recorded, if prefixed { credential } else { &credential["ql_".len()..] })
        }
        _ => text.to_owned(),
    }
}

/// The token in the cookie of a response.
pub(crate) fn cookie_of(response: &Response<Bytes>) -> String {
    let cookie = response.headers()["set-cookie"].to_str().expect("text");
    token::find(cookie).expect("a token in the cookie").to_owned()
}

pub(crate) fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("JSON")
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
