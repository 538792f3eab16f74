//! The recordings of the services besides auth: the people, blueprints, entities and chats that were there, and the
//! comparison, which is exact except for ids and times.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Response;
use qelos_client::testing::{Member, NewUser};
use qelos_client::{UserId, WorkspaceId};
use serde_json::{Value, json};

use super::world::{Chapter, World, json_of};
use super::{chats, compare, content, no_code};
use crate::recordings::fixture;

/// A recording, and a function for what happens before the request. It returns the credential, as in the other tables.
pub(super) type Scenario = (&'static str, fn(&World) -> String);

/// A recording that is not played, and the reason.
pub(super) type LeftOut = (&'static str, &'static str);

const ADMIN: &str = "6b07292e0269fc348a82f0a1";
/// Una has signed up for each series of recordings.
const UNA: [&str; 3] = ["6b072b2c9deb66ecc9cde575", "6b072b5778f278c3d3bceb1c", "6b072bc878f278c3d3bced95"];
const BOB: &str = "6b072b2c9deb66ecc9cde57d";

/// The routes whose recordings are in the tables.
const ROUTES: [&str; 3] = ["/api/blueprints", "/api/configurations", "/api/ai/"];

pub(super) fn guest(_: &World) -> String {
    String::new()
}

/// The administrator, who has been there before.
pub(super) fn admin(world: &World) -> String {
    world.remember(ADMIN, &user_of(world, &world.admin().access));
    world.admin().access
}

pub(super) fn una(world: &World) -> String {
    access(world, "una", "user", &UNA)
}

pub(super) fn bob(world: &World) -> String {
    access(world, "bob", "user", &[BOB])
}

pub(super) fn editor(world: &World) -> String {
    access(world, "edi", "editor", &[])
}

/// Signs a user in, who signs up first where that is needed.
fn access(world: &World, name: &str, role: &str, recorded: &[&'static str]) -> String {
    let username = format!("{name}@qelos.test");
    let body = json!({ "username": username, "password": "una-pass-1", "authType": "oauth" });
    let mut response = world.post("/api/signin", None, &body);
    if response.status() != 200 {
        let user = NewUser::new(username, "una-pass-1").first_name("Una").last_name(name).role(role);
        let id = world.qelos.add_user(user);
        for recorded in recorded {
            world.remember(recorded, &id);
        }
        response = world.post("/api/signin", None, &body);
    }
    json_of(&response)["payload"]["token"].as_str().expect("a token").to_owned()
}

fn user_of(world: &World, access: &str) -> UserId {
    let me = world.get("/api/me", ("authorization", format!("Bearer {access}")));
    json_of(&me)["_id"].as_str().expect("an id").parse().expect("an id")
}

/// Signs Una in to a workspace of hers.
pub(super) fn una_in(world: &World, name: &str, recorded: &'static str) -> String {
    let una = user_of(world, &una(world));
    let workspace: WorkspaceId = world.qelos.add_workspace(name, &[Member::new(una, &["admin", "user"])]);
    world.remember(recorded, &workspace);
    let body = json!({
        "username": "una@qelos.test", "password": "una-pass-1", "authType": "oauth", "workspace": workspace,
    });
    json_of(&world.post("/api/signin", None, &body))["payload"]["token"].as_str().expect("a token").to_owned()
}

/// Plays the request of another recording.
pub(super) fn replay(world: &World, name: &str, credential: &str) -> Value {
    let request = fixture::load_more(name).request.expect("a request");
    let response = world.qelos.handle(world.request(&request, credential));
    assert!(response.status().is_success(), "{name}: {:?}", response.body());
    json_of(&response)
}

pub(super) fn post(world: &World, path: &str, access: &str, body: &Value) -> Value {
    let credential = (!access.is_empty()).then(|| ("authorization", format!("Bearer {access}")));
    let response = world.post(path, credential, body);
    assert!(response.status().is_success(), "{path}: {:?}", response.body());
    json_of(&response)
}

/// Plays one scenario, and returns the differences.
fn play(&(name, prepare): &Scenario, is_exact: bool) -> Vec<String> {
    let recording = fixture::load_more(name);
    let (request, expected) = recording.request.as_ref().zip(recording.response.as_ref()).expect("an exchange");
    let world = World::new(Chapter::Founded, &recording);
    let credential = prepare(&world);
    let given = world.qelos.handle(world.request(request, &credential));
    let mut found = compare::differences(&recording, expected, &given);
    if is_exact && found.is_empty() {
        found.extend(other_values(expected.body.as_deref().unwrap_or_default(), &given));
    }
    found
}

/// The difference of two bodies whose ids and times are left out.
fn other_values(recorded: &str, given: &Response<Bytes>) -> Option<String> {
    let given = std::str::from_utf8(given.body()).expect("text");
    let (recorded, given) = (without_ids(recorded), without_ids(given));
    let equal = match (serde_json::from_str::<Value>(&recorded), serde_json::from_str::<Value>(&given)) {
        (Ok(recorded), Ok(given)) => recorded == given,
        _ => recorded == given,
    };
    (!equal).then(|| format!("{given} instead of {recorded}"))
}

/// Ids become `<id>`, and times of this millennium `<time>`.
fn without_ids(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_hexdigit();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_digit) {
        out += &rest[..at];
        rest = &rest[at..];
        let digits = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        let length = if rest.get(..24).is_some_and(|time| time.parse::<qelos_client::Timestamp>().is_ok()) {
            out += "<time>";
            24
        } else if digits == 24 {
            out += "<id>";
            24
        } else {
            out += &rest[..digits];
            digits
        };
        rest = &rest[length..];
    }
    out + rest
}

#[test]
fn the_other_services_respond_as_recorded() {
    let exact = no_code::SCENARIOS.iter().chain(content::SCENARIOS).map(|scenario| (scenario, true));
    let shaped = chats::SCENARIOS.iter().map(|scenario| (scenario, false));
    let failed: Vec<_> = exact.chain(shaped).map(|(scenario, exact)| (scenario.0, play(scenario, exact))).collect();
    let failed: Vec<_> = failed.into_iter().filter(|(_, differences)| !differences.is_empty()).collect();
    assert!(failed.is_empty(), "{} recordings get another response: {failed:#?}", failed.len());
}

#[test]
fn every_recording_of_these_services_is_played_or_has_a_reason() {
    let tables = [no_code::SCENARIOS, content::SCENARIOS, chats::SCENARIOS];
    let played = tables.into_iter().flatten().map(|(name, _)| *name);
    let left_out = [no_code::LEFT_OUT, chats::LEFT_OUT].into_iter().flatten().map(|(name, _)| *name);
    let listed: Vec<_> = played.chain(left_out).collect();
    let table: BTreeSet<_> = listed.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(table.len(), listed.len(), "a recording is listed twice");
    let is_ours = |name: &String| {
        let recording = fixture::load_more(name);
        recording.request.is_some_and(|request| ROUTES.iter().any(|route| request.path.starts_with(route)))
    };
    let recorded: BTreeSet<_> = fixture::more_names().into_iter().filter(is_ours).collect();
    assert_eq!(table.difference(&recorded).collect::<Vec<_>>(), [&""; 0], "no such recordings");
    assert_eq!(recorded.difference(&table).collect::<Vec<_>>(), [&""; 0], "recordings without a scenario");
}

#[test]
fn another_value_of_the_same_type_is_noticed() {
    let given = Response::new(Bytes::from(r#"{"id":"6b072b2cbeed1facd15cbe42","name":"Polo"}"#));
    assert_eq!(other_values(r#"{"id":"6b072b2cbeed1facd15cbe6a","name":"Polo"}"#, &given), None);
    assert!(other_values(r#"{"id":"6b072b2cbeed1facd15cbe6a","name":"Golf"}"#, &given).is_some());
}

#[test]
fn ids_and_times_are_left_out_of_a_comparison() {
    let text = r#"{"_id":"6b072b2cbeed1facd15cbe42","at":"2026-11-25T18:38:36.669Z","of":"brand:6b072b2cbeed1facd15cbe6a","n":24}"#;
    assert_eq!(without_ids(text), r#"{"_id":"<id>","at":"<time>","of":"brand:<id>","n":24}"#);
}
