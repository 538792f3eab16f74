//! Users: as a test adds them, and their records.

use qelos_spec::{SecretString, Timestamp, WorkspaceId};
use serde_json::{Map, Value};

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
    pub(in super::super) username: String,
    password: SecretString,
    first_name: String,
    last_name: String,
    full_name: FullName,
    profile_image: Option<Value>,
    birth_date: Option<String>,
    roles: Vec<String>,
    pub(in super::super) open_sessions: usize,
}

#[derive(Debug, Clone)]
enum FullName {
    OfBothNames,
    Is(Option<String>),
}

impl NewUser {
    /// A user called "Test User", with the role `user`. As at sign-up, the username is lower-cased and trimmed, and is
    /// the e-mail address as well if it has an `@`.
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

    /// The full name, if it is not first and last name; `None` for a user without one, such as the first administrator
    /// of a tenant.
    #[must_use]
    pub fn full_name(mut self, name: Option<&str>) -> Self {
        self.full_name = FullName::Is(name.map(str::to_owned));
        self
    }

    /// The address of the picture; `None` for a picture that was removed, which the server reports as `null`. For a
    /// user that never had a picture, the server leaves the field out.
    #[must_use]
    pub fn profile_image(mut self, address: Option<&str>) -> Self {
        self.profile_image = Some(address.into());
        self
    }

    /// The birth date, as the server repeats it: any text. It counts as entered by a change of the profile.
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

pub(crate) struct UserRecord {
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) password: SecretString,
    pub(crate) first_name: String,
    pub(crate) last_name: Option<String>,
    pub(crate) full_name: Option<String>,
    pub(crate) profile_image: Option<Value>,
    pub(crate) birth_date: Option<String>,
    /// Whether the profile was changed since sign-up: only then `GET /api/me` shows the birth date to sessions.
    pub(crate) profile_changed: bool,
    pub(crate) roles: Vec<String>,
    pub(crate) created: Timestamp,
    /// What only administrators see and change.
    pub(crate) internal_metadata: Option<Map<String, Value>>,
    pub(crate) last_login: Option<Timestamp>,
    pub(crate) last_workspace: Option<WorkspaceId>,
    /// Counts the changes that a concurrent change must not overwrite.
    pub(crate) version: u64,
    /// The secret that signs the user's access tokens and cookies.
    pub(crate) secret_generation: u64,
    /// Kept after deletion, because tokens outlive their user.
    pub(crate) deleted: bool,
}

impl UserRecord {
    pub(crate) fn new(user: NewUser, created: Timestamp) -> Self {
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
            internal_metadata: None,
            last_login: None,
            last_workspace: None,
            version: 0,
            secret_generation: 0,
            deleted: false,
        }
    }

    /// The name for showing.
    pub(crate) fn name(&self) -> String {
        let both = || match self.last_name.as_deref().filter(|name| !name.is_empty()) {
            Some(last_name) => format!("{} {last_name}", self.first_name),
            None => self.first_name.clone(),
        };
        self.full_name.clone().unwrap_or_else(both)
    }
}

/// The address the server stores: the username, if it can be one.
pub(crate) fn email_of(username: &str) -> String {
    if username.contains('@') { username.to_owned() } else { format!("{username}@null") }
}
