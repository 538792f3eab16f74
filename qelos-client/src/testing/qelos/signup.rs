//! `POST /api/signup`: every response is a 200, also a refusal.

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::{SecretString, UserId};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call::{Call, is_falsy};
use super::state::{State, UserRecord, email_of};
use super::{date, response, session};

/// The fewest characters of a password.
const SHORTEST_PASSWORD: usize = 8;

/// The response; the tokens only when they were asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedUp {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    user: Profile,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    username: String,
    email: String,
    name: String,
    full_name: String,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    roles: Vec<String>,
}

/// The reason why no user was created.
enum Refused {
    /// The username is missing: the server responds with an empty success.
    NoUsername,
    /// Any other reason: the name is taken, the kind of session is unknown, or a field is not a text.
    Failed,
}

enum SessionWanted {
    Cookie,
    OAuth,
}

/// Responds to `POST /api/signup`.
pub(super) fn sign_up(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let errors = validate(&call.body);
    if !errors.is_empty() {
        return response::json(StatusCode::OK, &json!({ "errors": errors }));
    }
    match create(state, call) {
        Ok((id, wanted)) => begin(state, id, &wanted, call).unwrap_or_else(failed),
        Err(Refused::NoUsername) => response::json(StatusCode::OK, &json!({ "payload": {} })),
        Err(Refused::Failed) => failed(),
    }
}

fn failed() -> Response<Bytes> {
    response::json(StatusCode::OK, &json!({ "errors": { "": "FORM_SUBMISSION_FAILED" } }))
}

fn validate(body: &Map<String, Value>) -> Map<String, Value> {
    let is = |name: &str, rule: fn(&str) -> bool| body.get(name).and_then(Value::as_str).is_some_and(rule);
    let rules = [
        ("email", "INVALID_EMAIL", is("email", |email| is_email(email.trim()))),
        ("firstName", "INVALID_NAME", is("firstName", |name| is_name(name.trim()))),
        ("password", "INVALID_PASSWORD", is("password", |password| is_long_enough(password.trim()))),
    ];
    let broken = rules.into_iter().filter(|(.., kept)| !kept);
    broken.map(|(field, code, _)| (field.to_owned(), json!({ "code": code }))).collect()
}

/// ASCII letters, with single hyphens and spaces between them.
fn is_name(name: &str) -> bool {
    let mut parts = name.split(|c: char| c == '-' || c.is_whitespace());
    parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn is_long_enough(password: &str) -> bool {
    password.encode_utf16().count() >= SHORTEST_PASSWORD
}

/// The usual form: words and dots, an `@`, a domain with at least two labels, the last one of letters.
fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let is_word = |word: &str| {
        let fits = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        !word.is_empty() && word.chars().all(fits)
    };
    let is_label = |label: &str| {
        let fits = |c: char| c.is_alphanumeric() || c == '-';
        !label.is_empty() && label.len() <= 63 && label.chars().all(fits) && label.trim_matches('-') == label
    };
    let Some((_, top)) = domain.rsplit_once('.') else { return false };
    local.len() <= 64
        && local.split('.').all(is_word)
        && domain.split('.').all(is_label)
        && top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic)
}

fn create(state: &mut State, call: &Call<'_>) -> Result<(UserId, SessionWanted), Refused> {
    let username = call.body.get("username").filter(|name| !is_falsy(name)).ok_or(Refused::NoUsername)?;
    let username = username.as_str().ok_or(Refused::Failed)?.trim().to_lowercase();
    // A blank username is not a missing one: then it is the e-mail address.
    let username =
        if username.is_empty() { call.text("email").unwrap_or_default().trim().to_lowercase() } else { username };
    let wanted = match call.body.get("authType").filter(|wanted| !is_falsy(wanted)) {
        None => SessionWanted::Cookie,
        Some(wanted) if wanted == "cookie" => SessionWanted::Cookie,
        Some(wanted) if wanted == "oauth" => SessionWanted::OAuth,
        Some(_) => return Err(Refused::Failed),
    };
    if state.is_taken(&username) {
        return Err(Refused::Failed);
    }
    let id = state.next_id(call.now).parse().map_err(|_| Refused::Failed)?;
    state.users.insert(id, record(username, call));
    Ok((id, wanted))
}

fn record(username: String, call: &Call<'_>) -> UserRecord {
    let text = |name: &str| call.text(name).map(str::to_owned);
    let first_name = text("firstName").unwrap_or_default();
    let last_name = call.body.get("lastName").and_then(Value::as_str).map(str::to_owned);
    // The server does not check whether there is a last name.
    let both = || format!("{first_name} {}", last_name.as_deref().unwrap_or("undefined"));
    let full_name = text("fullName").or_else(|| text("name")).unwrap_or_else(both);
    let birth_date = call.body.get("birthDate").filter(|date| !is_falsy(date)).map(date::birth_date);
    UserRecord {
        email: email_of(&username),
        username,
        password: SecretString::from(call.text("password").unwrap_or_default().trim()),
        first_name,
        last_name,
        full_name: Some(full_name),
        profile_image: None,
        birth_date,
        profile_changed: false,
        roles: vec!["user".to_owned()],
        created: call.now,
        internal_metadata: None,
        last_login: None,
        last_workspace: None,
        version: 0,
        secret_generation: 0,
        deleted: false,
    }
}

/// The first session of a user; `None` when there is no such user.
fn begin(state: &mut State, id: UserId, wanted: &SessionWanted, call: &Call<'_>) -> Option<Response<Bytes>> {
    let user = state.active_user(id)?;
    let user = Profile {
        username: user.username.clone(),
        email: user.email.clone(),
        name: user.name(),
        full_name: user.name(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        roles: user.roles.clone(),
    };
    let lifetime = match wanted {
        SessionWanted::Cookie => state.settings.cookie_lifetime,
        SessionWanted::OAuth => state.settings.access_token_lifetime,
    };
    let mut claims = state.claims(id, None, call.now, lifetime)?;
    // The server derives the address when it stores the user, after it has signed the token.
    claims.email = None;
    let mut payload = SignedUp { token: None, refresh_token: None, user };
    Some(match wanted {
        SessionWanted::OAuth => {
            let (token, refresh_token) = session::issue_tokens(state, &claims, None, call.now);
            (payload.token, payload.refresh_token) = (Some(token), Some(refresh_token));
            response::json(StatusCode::OK, &json!({ "payload": payload }))
        }
        SessionWanted::Cookie => {
            let cookie = session::begin_cookie(state, claims, call.now);
            let mut response = response::json(StatusCode::OK, &json!({ "payload": payload }));
            session::set_cookie(state, &mut response, &cookie, call);
            response
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ascii_letters() {
        for name in ["Una", "Anna-Lena", "Mary Jane", "x"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1", "José", "Anna--Lena", "-a", "a-", "O'Neill"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn addresses_have_a_domain_with_a_dot() {
        for email in ["a@b.co", "first.last+tag@sub.example.com"] {
            assert!(is_email(email), "{email}");
        }
        for email in ["not-an-email", "bob@null", "@b.co", "a@b.c", "a b@c.de", "a@b..co", "a@-b.co", "a@b.12"] {
            assert!(!is_email(email), "{email}");
        }
    }
}
