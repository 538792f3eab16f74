//! The records of the fake: users, workspaces, sessions, API tokens and the settings of the tenant.
//!
//! Records are plain data. The files of the routes change them.

use std::collections::BTreeMap;
use std::time::Duration;

use qelos_spec::{Timestamp, UserId, WorkspaceId};

use serde_json::{Map, Value};

use super::digest::hash;
use super::jwt::{ClaimedWorkspace, Claims, Secret, encode_name, unix_seconds, whole_seconds};

mod api_token;
mod blueprint;
#[cfg(feature = "ai")]
mod chat;
mod configuration;
mod entity;
mod mcp;
mod session;
mod tenant;
mod user;
mod workspace;

pub(super) use self::api_token::{ApiTokenRecord, LookedUp};
pub(super) use self::blueprint::{
    BlueprintRecord, Dispatchers, Limitation, Mechanism, Operation, Permission, Property, Relation, Scope,
};
#[cfg(feature = "ai")]
pub(super) use self::chat::{ChatRecord, ReplyEnd, ThreadRecord};
#[cfg(feature = "ai")]
pub use self::chat::{ModelReply, NewChat};
pub(super) use self::configuration::{APPLICATION, ConfigurationRecord, Configurations};
pub(super) use self::entity::{Audit, EntityRecord};
pub(super) use self::mcp::{Challenge, Code, Mcp};
pub(super) use self::session::{SessionKind, SessionRecord, SignOut, THIRTY_DAYS};
pub(super) use self::tenant::TENANT;
pub use self::user::NewUser;
pub(super) use self::user::{UserRecord, email_of};
pub use self::workspace::Member;
pub(super) use self::workspace::{InviteRecord, MemberRecord, WorkspaceRecord};

pub(super) struct State {
    pub(super) settings: Settings,
    pub(super) users: BTreeMap<UserId, UserRecord>,
    /// In the order of their creation, which decides the workspace of a first sign-in.
    pub(super) workspaces: Vec<WorkspaceRecord>,
    /// By the `tokenIdentifier` in the cookie or the refresh token.
    pub(super) sessions: BTreeMap<String, SessionRecord>,
    /// Sign-outs whose response was sent, but that were not carried out yet, oldest first.
    pub(super) sign_outs: Vec<SignOut>,
    /// Oldest first.
    pub(super) api_tokens: Vec<ApiTokenRecord>,
    pub(super) mcp: Mcp,
    /// What administrators store beside a user or a workspace, by the id of the owner and a name.
    pub(super) encrypted: BTreeMap<(String, String), Map<String, Value>>,
    /// In the order of their creation.
    pub(super) blueprints: Vec<BlueprintRecord>,
    /// In the order of their creation.
    pub(super) entities: Vec<EntityRecord>,
    pub(super) configurations: Configurations,
    #[cfg(feature = "ai")]
    pub(super) chats: Vec<ChatRecord>,
    #[cfg(feature = "ai")]
    pub(super) threads: Vec<ThreadRecord>,
    /// The recent changes of entities by guests, and when they are forgotten, by the program that sends them.
    pub(super) guest_writes: BTreeMap<String, (u32, Timestamp)>,
    counter: u64,
}

pub(super) struct Settings {
    pub(super) access_token_lifetime: Duration,
    pub(super) refresh_token_lifetime: Duration,
    pub(super) cookie_lifetime: Duration,
    pub(super) cookie_rotation_after: Duration,
    /// Whether the gateway routes `POST /api/cookie/refresh`.
    pub(super) cookie_refresh_reachable: bool,
    /// How many of the next refreshes with good tokens are refused.
    pub(super) spurious_refresh_refusals: usize,
    /// How many of the next sign-ins with good passwords are refused.
    pub(super) spurious_sign_in_refusals: usize,
    /// For how many of the next requests the gateway does not identify the caller in time.
    pub(super) slow_gateway: usize,
    /// How long it takes from reading a user's record to writing it.
    pub(super) database_latency: Duration,
}

impl State {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            settings: Settings {
                access_token_lifetime: Duration::from_hours(5),
                refresh_token_lifetime: THIRTY_DAYS,
                cookie_lifetime: THIRTY_DAYS,
                cookie_rotation_after: Duration::from_hours(1),
                cookie_refresh_reachable: false,
                spurious_refresh_refusals: 0,
                spurious_sign_in_refusals: 0,
                slow_gateway: 0,
                database_latency: Duration::ZERO,
            },
            users: BTreeMap::new(),
            workspaces: Vec::new(),
            sessions: BTreeMap::new(),
            sign_outs: Vec::new(),
            api_tokens: Vec::new(),
            mcp: Mcp::new(),
            encrypted: BTreeMap::new(),
            blueprints: Vec::new(),
            entities: Vec::new(),
            configurations: Configurations::installed(now),
            #[cfg(feature = "ai")]
            chats: Vec::new(),
            #[cfg(feature = "ai")]
            threads: Vec::new(),
            guest_writes: BTreeMap::new(),
            counter: 0,
        }
    }

    /// A number that was never used before, in place of a random one.
    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// A text of 43 characters, like 32 bytes in base64, in place of a random one.
    pub(super) fn random_text(&mut self, what: &str) -> String {
        hash(&format!("{what} {}", self.next()))[..43].to_owned()
    }

    /// The 24 digits of a new id. Like those of the server they begin with the time and end with a counter.
    pub(super) fn next_id(&mut self, now: Timestamp) -> String {
        let seconds = unix_seconds(now) & 0xffff_ffff;
        let number = self.next() & 0x00ff_ffff;
        format!("{seconds:08x}fa6e0fa6e0{number:06x}")
    }

    /// A user that can still sign in.
    pub(super) fn active_user(&self, id: UserId) -> Option<&UserRecord> {
        self.users.get(&id).filter(|user| !user.deleted)
    }

    /// Whether there is a user with this name.
    pub(super) fn is_taken(&self, username: &str) -> bool {
        self.users.values().any(|user| !user.deleted && user.username == username)
    }

    /// Deletes a user and the sessions that could be renewed.
    pub(super) fn delete_user(&mut self, id: UserId) {
        if let Some(user) = self.users.get_mut(&id) {
            user.deleted = true;
        }
        self.sessions.retain(|_, session| session.user != id);
    }

    /// How many sessions of a user can be renewed.
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

    /// Records that the record of a user was written: a copy that was read before can no longer be written.
    pub(super) fn count_up_version(&mut self, user: UserId) {
        if let Some(user) = self.users.get_mut(&user) {
            user.version += 1;
        }
    }

    /// The workspace as its member sees it, with its name in plain text; `None` if the user is not a member.
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

    /// The claims of a token that this user gets now.
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
            exp: iat.saturating_add(whole_seconds(lifetime)),
        })
    }

    /// The blueprint with this identifier.
    pub(super) fn blueprint(&self, identifier: &str) -> Option<&BlueprintRecord> {
        self.blueprints.iter().find(|blueprint| blueprint.identifier == identifier)
    }
}
