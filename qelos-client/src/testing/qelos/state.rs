//! What the fake remembers: users, workspaces, sessions, API tokens and the settings of the tenant.
//!
//! Records are plain data. Who changes them, and why, is in the files of the routes.

use std::collections::BTreeMap;
use std::time::Duration;

use qelos_spec::{ApiTokenId, SecretString, Timestamp, UserId, WorkspaceId};
use serde_json::Value;

use super::jwt::{ClaimedWorkspace, Claims, Secret, encode_name, unix_seconds};
use super::mcp::Mcp;
use super::races::SignOut;
use super::session::SESSION_LIFETIME;
use super::workspaces::WorkspaceRecord;

/// The tenant every user belongs to.
pub(super) const TENANT: &str = "0";

pub(super) struct State {
    pub(super) settings: Settings,
    pub(super) users: BTreeMap<UserId, UserRecord>,
    /// In the order of their creation, which decides the workspace of a first sign-in.
    pub(super) workspaces: Vec<WorkspaceRecord>,
    /// By the `tokenIdentifier` in the cookie or the refresh token.
    pub(super) sessions: BTreeMap<String, SessionRecord>,
    /// Sign-outs that were answered and are not carried out yet, oldest first.
    pub(super) sign_outs: Vec<SignOut>,
    /// Oldest first.
    pub(super) api_tokens: Vec<ApiTokenRecord>,
    pub(super) mcp: Mcp,
    counter: u64,
}

pub(super) struct Settings {
    pub(super) access_token_lifetime: Duration,
    pub(super) cookie_rotation_after: Duration,
    pub(super) api_tokens_allowed: bool,
    /// Whether the gateway knows the way to it.
    pub(super) cookie_refresh_reachable: bool,
    /// How many of the next refreshes are refused for no reason.
    pub(super) spurious_refresh_refusals: usize,
    /// For how many of the next requests the gateway does not find out in time who calls.
    pub(super) slow_gateway: usize,
    /// How long it takes from reading a user's record to writing it.
    pub(super) database_latency: Duration,
}

pub(super) struct UserRecord {
    pub(super) username: String,
    pub(super) email: String,
    pub(super) password: SecretString,
    pub(super) first_name: String,
    pub(super) last_name: Option<String>,
    pub(super) full_name: Option<String>,
    pub(super) profile_image: Option<Value>,
    pub(super) birth_date: Option<String>,
    /// Whether the profile was changed since: only then sessions are told the birth date.
    pub(super) profile_changed: bool,
    pub(super) roles: Vec<String>,
    pub(super) created: Timestamp,
    pub(super) last_workspace: Option<WorkspaceId>,
    /// Grows with every change that a concurrent one must not overwrite.
    pub(super) version: u64,
    /// The secret that signs the user's access tokens and cookies.
    pub(super) secret_generation: u64,
    /// Kept after deletion, because tokens outlive their user.
    pub(super) deleted: bool,
}

/// A session that can go on: tokens themselves need no record, renewing them does.
pub(super) struct SessionRecord {
    pub(super) user: UserId,
    pub(super) since: Timestamp,
    pub(super) kind: SessionKind,
}

impl SessionRecord {
    /// Whether its cookie or refresh token has not expired.
    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at()
    }

    pub(super) fn expires_at(&self) -> Timestamp {
        self.since.saturating_add(SESSION_LIFETIME)
    }
}

pub(super) enum SessionKind {
    /// What else there is to know stands in the cookie.
    Cookie,
    /// `access` is the access token issued together with the refresh token: signing out with it ends the session.
    Refresh { access: String },
}

pub(super) struct ApiTokenRecord {
    pub(super) id: ApiTokenId,
    pub(super) user: UserId,
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) nickname: String,
    /// The SHA-256 of the token: the token itself is not kept.
    pub(super) hash: String,
    pub(super) prefix: String,
    pub(super) expires_at: Timestamp,
    pub(super) looked_up: Option<LookedUp>,
    pub(super) last_used_at: Option<Timestamp>,
    pub(super) usage_count: u64,
    pub(super) created: Timestamp,
}

/// What the server remembers of the user and the workspace behind an API token, whatever becomes of them meanwhile.
#[derive(Clone)]
pub(super) struct LookedUp {
    pub(super) at: Timestamp,
    pub(super) roles: Vec<String>,
    /// The workspace the token is locked to.
    pub(super) workspace: Option<ClaimedWorkspace>,
}

/// A user to put into the fake.
///
/// ```
/// use qelos_client::testing::NewUser;
///
/// let ada = NewUser::new("ada@example.com", "hunter2hunter2").first_name("Ada").last_name("Lovelace").role("admin");
/// assert!(!format!("{ada:?}").contains("hunter2"));
/// ```
#[derive(Debug, Clone)]
pub struct NewUser {
    pub(super) username: String,
    pub(super) password: SecretString,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) full_name: FullName,
    pub(super) profile_image: Option<Value>,
    pub(super) birth_date: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) open_sessions: usize,
}

#[derive(Debug, Clone)]
pub(super) enum FullName {
    OfBothNames,
    Is(Option<String>),
}

impl NewUser {
    /// Called "Test User", with the role `user`. As at sign-up, the username is lower-cased and trimmed, and is the e-mail
    /// address as well if it has an `@`.
    #[must_use]
    pub fn new(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self {
            username: username.into().trim().to_lowercase(),
            password: password.into(),
            first_name: "Test".to_owned(),
            last_name: "User".to_owned(),
            full_name: FullName::OfBothNames,
            profile_image: None,
            birth_date: None,
            roles: Vec::new(),
            open_sessions: 0,
        }
    }

    /// The first name.
    #[must_use]
    pub fn first_name(mut self, name: impl Into<String>) -> Self {
        self.first_name = name.into();
        self
    }

    /// The last name.
    #[must_use]
    pub fn last_name(mut self, name: impl Into<String>) -> Self {
        self.last_name = name.into();
        self
    }

    /// The full name, if it is not first and last name; `None` for a user who was never given one, like the first
    /// administrator of a tenant.
    #[must_use]
    pub fn full_name(mut self, name: Option<&str>) -> Self {
        self.full_name = FullName::Is(name.map(str::to_owned));
        self
    }

    /// The address of the picture; `None` is a picture that was removed, which the server reports as `null`. A user who
    /// never had one is reported without.
    #[must_use]
    pub fn profile_image(mut self, address: Option<&str>) -> Self {
        self.profile_image = Some(address.into());
        self
    }

    /// The birth date, as the server repeats it: any text. The user has changed their profile to enter it.
    #[must_use]
    pub fn birth_date(mut self, date: impl Into<String>) -> Self {
        self.birth_date = Some(date.into());
        self
    }

    /// A role in the tenant, instead of `user`; repeat it for more than one.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// The user is signed in this many times already, on other devices. A user with more than ten open sessions cannot
    /// sign in twice at the same time: see [`set_database_latency`](crate::testing::FakeQelos::set_database_latency).
    ///
    /// ```
    /// use qelos_client::SystemClock;
    /// use qelos_client::testing::{FakeQelos, NewUser};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2").open_sessions(11));
    /// assert_eq!(qelos.sessions(ada), 11);
    /// ```
    #[must_use]
    pub fn open_sessions(mut self, count: usize) -> Self {
        self.open_sessions = count;
        self
    }
}

/// A member of a workspace, with the roles the user has in it.
///
/// ```
/// use qelos_client::SystemClock;
/// use qelos_client::testing::{FakeQelos, Member, NewUser};
///
/// let qelos = FakeQelos::new(SystemClock);
/// let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
/// let acme = qelos.add_workspace("Acme", &[Member::new(ada, &["admin", "user"])]);
/// # let _ = acme;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub(super) user: UserId,
    pub(super) roles: Vec<String>,
}

impl Member {
    /// A member with these roles. Who creates a workspace has `["admin", "user"]`.
    #[must_use]
    pub fn new(user: UserId, roles: &[&str]) -> Self {
        Self { user, roles: roles.iter().map(|&role| role.to_owned()).collect() }
    }
}

impl UserRecord {
    pub(super) fn new(user: NewUser, created: Timestamp) -> Self {
        let NewUser { username, password, first_name, last_name, full_name, profile_image, birth_date, roles, .. } =
            user;
        let email = email_of(&username);
        let full_name = match full_name {
            FullName::OfBothNames => Some(format!("{first_name} {last_name}")),
            FullName::Is(name) => name,
        };
        let roles = if roles.is_empty() { vec!["user".to_owned()] } else { roles };
        Self {
            username,
            email,
            password,
            first_name,
            last_name: Some(last_name),
            full_name,
            profile_image,
            profile_changed: birth_date.is_some(),
            birth_date,
            roles,
            created,
            last_workspace: None,
            version: 0,
            secret_generation: 0,
            deleted: false,
        }
    }

    /// The name for showing.
    pub(super) fn name(&self) -> String {
        let both = || match self.last_name.as_deref().filter(|name| !name.is_empty()) {
            Some(last_name) => format!("{} {last_name}", self.first_name),
            None => self.first_name.clone(),
        };
        self.full_name.clone().unwrap_or_else(both)
    }
}

/// The address the server stores: the username, if it can be one.
pub(super) fn email_of(username: &str) -> String {
    if username.contains('@') { username.to_owned() } else { format!("{username}@null") }
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            settings: Settings {
                access_token_lifetime: Duration::from_hours(5),
                cookie_rotation_after: Duration::from_hours(1),
                api_tokens_allowed: true,
                cookie_refresh_reachable: false,
                spurious_refresh_refusals: 0,
                slow_gateway: 0,
                database_latency: Duration::ZERO,
            },
            users: BTreeMap::new(),
            workspaces: Vec::new(),
            sessions: BTreeMap::new(),
            sign_outs: Vec::new(),
            api_tokens: Vec::new(),
            mcp: Mcp::new(),
            counter: 0,
        }
    }

    /// A number that was never used before: what stands in for chance.
    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// The 24 digits of a new id. Like those of the server they begin with the time and end with a counter.
    pub(super) fn next_id(&mut self, now: Timestamp) -> String {
        let seconds = unix_seconds(now) & 0xffff_ffff;
        let number = self.next() & 0x00ff_ffff;
        format!("{seconds:08x}fa6e0fa6e0{number:06x}")
    }

    /// A user who can still sign in.
    pub(super) fn active_user(&self, id: UserId) -> Option<&UserRecord> {
        self.users.get(&id).filter(|user| !user.deleted)
    }

    /// How many sessions of a user can go on.
    pub(super) fn open_sessions(&self, user: UserId, now: Timestamp) -> usize {
        self.sessions.values().filter(|session| session.user == user && session.is_open(now)).count()
    }

    /// The secret that signs the access tokens and cookies of a user.
    pub(super) fn session_secret(&self, user: UserId) -> Secret {
        Secret::Session { generation: self.users.get(&user).map_or(0, |user| user.secret_generation) }
    }

    /// The version of a user's record.
    pub(super) fn version(&self, user: UserId) -> u64 {
        self.users.get(&user).map_or(0, |user| user.version)
    }

    /// The record of a user was written: one that was read before cannot be written any more.
    pub(super) fn count_up_version(&mut self, user: UserId) {
        if let Some(user) = self.users.get_mut(&user) {
            user.version += 1;
        }
    }

    /// The workspace as its member sees it, with its name in plain text; `None` for anybody else.
    pub(super) fn membership(&self, user: UserId, id: WorkspaceId) -> Option<ClaimedWorkspace> {
        let workspace = self.workspaces.iter().find(|workspace| workspace.id == id)?;
        let member = workspace.members.iter().find(|member| member.user == user)?;
        Some(ClaimedWorkspace {
            id,
            name: workspace.name.clone(),
            roles: Some(member.roles.clone()),
            labels: Some(workspace.labels.clone()),
        })
    }

    /// What a token of this user says from now on.
    pub(super) fn claims(
        &self,
        id: UserId,
        workspace: Option<ClaimedWorkspace>,
        now: Timestamp,
        lifetime: Duration,
    ) -> Option<Claims> {
        let user = self.active_user(id)?;
        let iat = unix_seconds(now);
        Some(Claims {
            workspace: workspace.map(|workspace| ClaimedWorkspace { name: encode_name(&workspace.name), ..workspace }),
            sub: id,
            tenant: TENANT.to_owned(),
            username: Some(user.username.clone()),
            email: Some(user.email.clone()),
            full_name: user.full_name.as_deref().map(encode_name),
            first_name: Some(encode_name(&user.first_name)),
            last_name: user.last_name.as_deref().map(encode_name),
            roles: user.roles.clone(),
            profile_image: user.profile_image.clone(),
            token_identifier: None,
            iat,
            exp: iat.saturating_add(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)),
        })
    }
}
