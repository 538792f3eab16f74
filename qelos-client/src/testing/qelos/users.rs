//! `/api/users`, for administrators of the tenant. `shown` has users as JSON.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use qelos_spec::{SecretString, UserId};
use serde_json::{Map, Value, json};

use self::shown::Shown;
use super::call::{Call, is_falsy};
use super::caller::Identity;
use super::response;
use super::service::Service;
use super::state::{NewUser, State, TENANT, UserRecord, email_of};
use super::{date, encrypted, pattern};

mod shown;

type Handler = fn(&mut State, &Identity, &Call<'_>) -> Response<Bytes>;

/// The routes.
pub(super) fn route(method: &str, call: &Call<'_>) -> Option<Handler> {
    let handler: Handler = match (method, &call.segments[2..]) {
        ("GET", []) => |state, identity, call| privileged(identity, || list(state, identity, call)),
        ("POST", []) => |state, identity, call| privileged(identity, || create(state, call)),
        ("GET", ["stats"]) => |state, identity, _| privileged(identity, || stats(state)),
        ("GET", [_]) => |state, identity, call| privileged(identity, || get(state, call)),
        ("PUT", [_]) => |state, identity, call| privileged(identity, || update(state, call)),
        ("DELETE", [_]) => |state, identity, call| privileged(identity, || remove(state, call)),
        ("GET", [_, "encrypted"]) => encrypted::of_user,
        ("POST", [_, "encrypted"]) => encrypted::set_of_user,
        _ => return None,
    };
    Some(handler)
}

fn privileged(identity: &Identity, respond: impl FnOnce() -> Response<Bytes>) -> Response<Bytes> {
    if identity.is_privileged() { respond() } else { Service::Auth.refuse_unprivileged() }
}

/// The user that the path names.
fn named(call: &Call<'_>) -> Option<UserId> {
    call.segments[2].parse().ok()
}

/// `GET /`: without pages. A filter that the database refuses, such as a malformed pattern, finds no user.
fn list(state: &State, identity: &Identity, call: &Call<'_>) -> Response<Bytes> {
    let found = find(state, call).unwrap_or_default();
    let users = found.into_iter().filter_map(|id| Some(Shown::new(id, state.active_user(id)?)));
    let select = call.list("select");
    let users: Vec<_> = users.map(|user| user.only(&select)).collect();
    if call.has("users") { cached(identity, call, &users) } else { response::json(StatusCode::OK, &users) }
}

/// Users by their ids come from a cache, whose key is in headers.
fn cached(identity: &Identity, call: &Call<'_>, users: &[Value]) -> Response<Bytes> {
    let mut response = response::without_etag(response::json(StatusCode::OK, &users));
    let is_id = |id: &String| id.parse::<UserId>().is_ok();
    let prefix = if call.list("users").iter().any(is_id) { "p-" } else { "" };
    if let Ok(user) = HeaderValue::from_str(&format!("{prefix}{}", identity.user)) {
        response.headers_mut().insert("x-tenant", HeaderValue::from_static(TENANT));
        response.headers_mut().insert("x-user", user);
    }
    response
}

/// The users that match each filter; `None` when the database refuses one. The filter `exact` changes nothing.
fn find(state: &State, call: &Call<'_>) -> Option<Vec<UserId>> {
    let pattern = call.query("username").filter(|text| !text.is_empty());
    // A blank is the `+` of an address that was sent unencoded. In a pattern, it repeats the letter before it.
    let pattern = pattern.map(|text| text.to_lowercase().replace(' ', "+"));
    let pattern = pattern.map(|text| pattern::read(&text).ok_or(())).transpose().ok()?;
    let roles = call.list("roles");
    let ids = match (call.has("users"), call.has("_id")) {
        // Malformed ids are skipped here, and are an error of the database there.
        (true, _) => Some(call.list("users").iter().filter_map(|id| id.parse().ok()).collect::<Vec<UserId>>()),
        (_, true) => Some(call.list("_id").iter().map(|id| id.parse().ok()).collect::<Option<Vec<UserId>>>()?),
        _ => None,
    };
    let matches = |id: &UserId, user: &UserRecord| {
        !user.deleted
            && pattern.as_ref().is_none_or(|pattern| pattern.is_match(&user.username))
            && (roles.is_empty() || user.roles.iter().any(|role| roles.contains(role)))
            && ids.as_ref().is_none_or(|ids| ids.contains(id))
    };
    Some(state.users.iter().filter(|(id, user)| matches(id, user)).map(|(&id, _)| id).collect())
}

/// `GET /stats`.
fn stats(state: &State) -> Response<Bytes> {
    let users = state.users.values().filter(|user| !user.deleted).count();
    response::json(StatusCode::OK, &json!({ "users": users, "workspaces": state.workspaces.len() }))
}

/// `GET /{id}`: with the metadata that only administrators see. A malformed id counts as unknown.
fn get(state: &State, call: &Call<'_>) -> Response<Bytes> {
    let found = named(call).and_then(|id| Some((id, state.active_user(id)?)));
    match found {
        Some((id, user)) => response::json(StatusCode::OK, &Shown::new(id, user).with_internal_metadata(user)),
        None => response::message(StatusCode::NOT_FOUND, "user not exists"),
    }
}

/// `POST /`: no password is needed, and the response does not repeat the e-mail address.
fn create(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let refuse = |reason| response::message(StatusCode::BAD_REQUEST, reason);
    let Some(username) = call.text("username").map(|name| name.trim().to_lowercase()) else {
        return refuse("username is required");
    };
    if !username.contains('@') {
        return refuse("username should be an email address");
    }
    let Some(Ok(id)) = (!state.is_taken(&username)).then(|| state.next_id(call.now).parse::<UserId>()) else {
        return refuse("user creation failed");
    };
    let mut user = UserRecord::new(NewUser::new(username, call.text("password").unwrap_or_default()), call.now);
    // All that a user created here was not given stays empty.
    (user.first_name, user.last_name, user.full_name) = (String::new(), None, None);
    change(&mut user, call);
    if let Some(email) = call.text("email") {
        user.email = email.trim().to_lowercase();
    }
    let mut created = json!({ "_id": id });
    for name in ["name", "firstName", "lastName", "birthDate"] {
        if let Some(value) = call.body.get(name).filter(|value| !is_falsy(value)) {
            created[name] = value.clone();
        }
    }
    created["username"] = user.username.clone().into();
    created["roles"] = json!(user.roles);
    if let Some(internal) = &user.internal_metadata {
        created["internalMetadata"] = json!(internal);
    }
    state.users.insert(id, user);
    response::json(StatusCode::OK, &created)
}

/// `PUT /{id}`: the response repeats what was sent, and does not show the user. For a user that does not exist, names
/// are accepted, and stored nowhere.
fn update(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    const BROKEN: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
    let Some(id) = named(call) else { return response::json(BROKEN, &malformed(call.segments[2])) };
    let failed = || response::message(BROKEN, "user update failed");
    let username = call.text("username").map(|name| name.trim().to_lowercase());
    let is_own = |name: &str| state.users.get(&id).is_some_and(|user| user.username == name);
    if username.as_deref().is_some_and(|name| state.is_taken(name) && !is_own(name)) {
        return failed();
    }
    let mut echo = Map::new();
    for name in ["username", "name", "fullName", "firstName", "lastName", "birthDate", "profileImage", "roles"] {
        if let Some(value) = call.body.get(name).filter(|value| !is_falsy(value)) {
            echo.insert(name.to_owned(), value.clone());
        }
    }
    let internal = match state.users.get_mut(&id).filter(|user| !user.deleted) {
        Some(user) => {
            change(user, call);
            if let Some(username) = username {
                user.email = email_of(&username);
                user.username = username;
            }
            user.internal_metadata.clone()
        }
        None if ["username", "password", "roles"].iter().any(|name| call.body.contains_key(*name)) => return failed(),
        None => call.body.get("internalMetadata").and_then(Value::as_object).cloned(),
    };
    if let Some(internal) = internal.filter(|_| call.body.contains_key("internalMetadata")) {
        echo.insert("internalMetadata".to_owned(), internal.into());
    }
    echo.insert("_id".to_owned(), json!(id));
    response::json(StatusCode::OK, &echo)
}

/// Stores the fields that both a new user and a change may have. Empty ones are ignored.
fn change(user: &mut UserRecord, call: &Call<'_>) {
    let text = |name: &str| call.text(name).map(str::to_owned);
    if let Some(name) = text("fullName").or_else(|| text("name")) {
        user.full_name = Some(name);
    }
    if let Some(name) = text("firstName") {
        user.first_name = name;
    }
    if let Some(name) = text("lastName") {
        user.last_name = Some(name);
    }
    if let Some(given) = call.body.get("birthDate").filter(|given| !is_falsy(given)) {
        user.birth_date = Some(date::birth_date(given));
    }
    if let Some(picture) = call.body.get("profileImage").filter(|picture| picture.is_string()) {
        user.profile_image = Some(picture.clone());
    }
    if let Some(password) = call.text("password") {
        user.password = SecretString::from(password.trim());
    }
    if let Some(roles) = call.body.get("roles").and_then(Value::as_array).filter(|roles| !roles.is_empty()) {
        user.roles = roles.iter().filter_map(|role| role.as_str().map(str::to_owned)).collect();
    }
    if let Some(given) = call.body.get("internalMetadata").and_then(Value::as_object) {
        user.internal_metadata.get_or_insert_default().extend(given.clone());
    }
    user.version += 1;
}

/// `DELETE /{id}`: succeeds also when there is no such user.
fn remove(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let Some(id) = named(call) else { return response::message(StatusCode::BAD_REQUEST, "user deletion failed") };
    state.delete_user(id);
    response::json(StatusCode::OK, &json!({ "_id": id, "tenant": TENANT }))
}

/// The error of the database for a malformed id.
fn malformed(id: &str) -> Value {
    let error = format!("Cast to ObjectId failed for value \"{id}\" (type string) at path \"_id\" for model \"User\"");
    let info = json!({
        "stringValue": format!("\"{id}\""), "valueType": "string", "kind": "ObjectId", "value": id, "path": "_id",
        "reason": {}, "name": "CastError", "message": error,
    });
    json!({ "message": "user update failed", "info": info })
}
