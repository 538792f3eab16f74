//! The user of a session.

use std::fmt;

/// The user of a session, as far as it is known. It contains no secret.
///
/// Logins are compared with logins, as they are sent, and ids with ids. A name in a token is not a login, because it
/// changes with the profile. An unknown login or id is equal to every other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Person {
    /// The name of the sign-in.
    pub(crate) login: Option<String>,
    /// The id: the claim `sub` of the tokens.
    pub(crate) subject: Option<String>,
}

impl Person {
    /// Whether these are known to be two different users.
    pub(crate) fn differs_from(&self, other: &Self) -> bool {
        differ(self.login.as_ref(), other.login.as_ref()) || differ(self.subject.as_ref(), other.subject.as_ref())
    }

    /// This user, completed with the login and the id of `other` where they are unknown here.
    pub(crate) fn or(&self, other: &Self) -> Self {
        let or = |here: &Option<String>, there: &Option<String>| here.as_ref().or(there.as_ref()).cloned();
        Self { login: or(&self.login, &other.login), subject: or(&self.subject, &other.subject) }
    }
}

fn differ(one: Option<&String>, other: Option<&String>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// Shows the login and the id, because two users may have had the same name, one after the other.
impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.login, &self.subject) {
            (Some(login), Some(id)) => write!(f, "`{}` (id `{}`)", login.escape_debug(), id.escape_debug()),
            (Some(login), None) => write!(f, "`{}`", login.escape_debug()),
            (None, Some(id)) => write!(f, "the user with the id `{}`", id.escape_debug()),
            (None, None) => f.write_str("an unknown user"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(login: Option<&str>, subject: Option<&str>) -> Person {
        Person { login: login.map(str::to_owned), subject: subject.map(str::to_owned) }
    }

    #[test]
    fn users_differ_in_a_login_or_id_that_is_known_of_both() {
        let ada = person(Some("ada"), Some("u1"));
        assert!(
            ada.differs_from(&person(Some("bob"), Some("u1"))) && ada.differs_from(&person(Some("ada"), Some("u2")))
        );
        assert!(ada.differs_from(&person(None, Some("u2"))) && ada.differs_from(&person(Some("bob"), None)));
        for same in [person(Some("ada"), None), person(None, Some("u1")), Person::default()] {
            assert!(!ada.differs_from(&same) && !same.differs_from(&ada), "{same}");
        }
        assert!(ada.differs_from(&person(Some("u1"), None)), "a login is not compared with an id");
    }

    #[test]
    fn a_user_is_shown_on_one_line() {
        assert_eq!(person(Some("ada\n"), Some("u1")).to_string(), "`ada\\n` (id `u1`)");
        assert_eq!(person(None, Some("u1")).to_string(), "the user with the id `u1`");
    }

    #[test]
    fn two_descriptions_of_one_user_are_merged() {
        let both = person(Some("ada"), None).or(&person(Some("ada"), Some("u1")));
        assert_eq!(both, person(Some("ada"), Some("u1")));
    }
}
