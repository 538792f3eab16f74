//! The recordings of the auth service among those of all services: users, members, invites and impersonation.

use std::collections::BTreeSet;

use http::Method;
use qelos_client::testing::{Member, NewUser};
use qelos_spec::UserId;
use serde_json::{Value, json};

use super::compare;
use super::world::{ADMIN, Chapter, World, json_of};
use crate::recordings::fixture::{self, RecordedResponse};

/// The people and the workspace of most recordings.
const ROOT: &str = "6b07292e0269fc348a82f0a1";
const UNA: &str = "6b072b309deb66ecc9cde621";
const BOB: &str = "6b072b309deb66ecc9cde629";
const CLEO: &str = "6b072b319deb66ecc9cde631";
const DORA: &str = "6b072b319deb66ecc9cde660";
const ACME: &str = "6b072b319deb66ecc9cde69b";

/// Those of the recordings about a member that is removed from another workspace than the path names.
const LATER_UNA: &str = "6b072bc878f278c3d3bced95";
const LATER_BOB: &str = "6b072bc878f278c3d3bced9d";
const FIRST: &str = "6b072bc978f278c3d3bcedbc";
const SECOND: &str = "6b072bc978f278c3d3bcedc0";

/// A recording, and a function for what happens before the request. It returns the access token of the caller, or an
/// empty text for the recorded credential.
type Scenario = (&'static str, fn(&World) -> String);

const SCENARIOS: &[Scenario] = &[
    ("301-users-list-admin", as_listed),
    ("302-users-list-user", una),
    ("303-users-list-no-auth", as_recorded),
    ("305-users-list-exact", admin),
    ("306-users-list-regex", admin),
    ("307-users-list-bad-regex", admin),
    ("309-users-list-roles-none", admin),
    ("310-users-by-ids", admin),
    ("311-users-by-ids-none-valid", admin),
    ("313-users-stats", admin),
    ("314-users-get-admin", admin),
    ("315-users-get-user", una),
    ("317-users-get-malformed", admin),
    ("318-users-create", admin),
    ("319-users-create-minimal", admin),
    ("321-users-create-empty", admin),
    ("322-users-create-not-email", admin),
    ("323-users-create-user", una),
    ("325-users-update", with_dora),
    ("326-users-update-roles", with_dora),
    ("327-users-update-empty", with_dora),
    ("329-users-update-unknown-roles", admin),
    ("330-users-update-malformed", admin),
    ("331-users-update-user", una),
    ("333-users-encrypted-get-empty", with_dora),
    ("334-users-encrypted-set", with_dora),
    ("335-users-encrypted-get", |world| after(world, &["334-users-encrypted-set"], with_dora)),
    ("337-users-encrypted-get-unknown-user", admin),
    ("338-users-encrypted-set-unknown-user", admin),
    ("339-users-encrypted-get-user", una),
    ("341-users-remove", with_dora),
    ("342-users-remove-again", |world| after(world, &["341-users-remove"], with_dora)),
    ("343-users-remove-malformed", admin),
    ("345-roles-list-user", una),
    ("346-roles-list-no-auth", as_recorded),
    ("347-workspaces-create-with-invites", una),
    ("349-invites-list-none", una),
    ("350-invites-list-no-auth", as_recorded),
    ("351-workspaces-invite-user", una),
    ("353-invites-accept", inviting_bob),
    ("354-invites-accept-again", |world| after(world, &["353-invites-accept"], inviting_bob)),
    ("355-invites-accept-unknown", bob),
    ("357-invites-accept-no-workspace", bob),
    ("358-invites-bad-kind", bob),
    ("359-invites-decline", inviting_cleo),
    ("361-workspaces-members-after-accept", |world| {
        after(world, &["353-invites-accept"], inviting_bob);
        una(world)
    }),
    ("362-workspaces-invite-again", una),
    ("363-workspaces-revoke-invite", |world| after(world, &["362-workspaces-invite-again"], una)),
    ("365-workspaces-invite-by-member", |world| {
        after(world, &["353-invites-accept"], inviting_bob);
        bob(world)
    }),
    ("366-workspaces-member-roles", bob_is_a_member),
    ("367-workspaces-member-roles-unknown", una),
    ("369-workspaces-add-member-admin", |world| {
        bob_is_a_member(world);
        admin(world)
    }),
    ("370-workspaces-add-member-user", una),
    ("371-workspaces-remove-member", |world| {
        after(world, &["369-workspaces-add-member-admin"], admin);
        una(world)
    }),
    ("373-workspaces-remove-member-by-member", bob),
    ("374-workspaces-all", with_three_workspaces),
    ("375-workspaces-all-user", una),
    ("377-workspaces-all-select-three", admin),
    ("378-workspaces-all-ids", admin),
    ("379-workspaces-all-q", admin),
    ("381-workspaces-encrypted-set", admin),
    ("382-workspaces-encrypted-get", |world| after(world, &["381-workspaces-encrypted-set"], admin)),
    ("383-workspaces-encrypted-get-unknown", admin),
    ("385-impersonate-me", admin),
    ("386-impersonate-workspaces", admin),
    ("387-impersonate-invites", admin),
    ("389-impersonate-workspace-members", |world| {
        after(world, &["353-invites-accept"], inviting_bob);
        admin(world)
    }),
    ("390-impersonate-workspace-create", admin),
    ("391-impersonate-workspace-activate", admin),
    ("393-impersonate-unknown-user", admin),
    ("394-impersonate-malformed-user", admin),
    ("395-impersonate-by-user", |world| after(world, &["390-impersonate-workspace-create"], una)),
    ("397-unknown-path-outside-api-post", as_recorded),
    ("399-unknown-path-inside-api", una),
    ("401-unknown-path-api-root", una),
    ("402-unknown-path-api-slash", una),
    ("403-unknown-path-in-auth-service", una),
    ("405-unknown-path-in-content", una),
    ("406-unknown-path-in-ai", una),
    ("407-unknown-path-in-payments", una),
    ("409-unknown-path-prefix-collision", una),
    ("410-internal-api-path", as_recorded),
    ("411-health-path", as_recorded),
    ("757-bad-bearer-invites", as_recorded),
    ("779-malformed-json-users", una),
    ("785-workspaces-members-first-after-that", removed_from_the_first),
    ("786-workspaces-members-second-after-that", removed_from_the_first),
    ("793-impersonate-me-unknown", admin),
];

/// Lists of all users and all workspaces: these scenarios add those that are recorded, and no others.
const OF_ALL: [&str; 2] = ["301-users-list-admin", "374-workspaces-all"];

/// Recordings of the same numbers that the embedded Qelos does not make.
const LEFT_OUT: &[(&str, &str)] =
    &[("398-unknown-path-outside-api-asset", "a file of the admin panel, which responds itself and is not embedded")];

fn as_recorded(_: &World) -> String {
    String::new()
}

fn admin(world: &World) -> String {
    world.admin().access
}

fn una(world: &World) -> String {
    signs_in(world, "unakvtdr")
}

fn bob(world: &World) -> String {
    signs_in(world, "bobkvtdr")
}

fn signs_in(world: &World, name: &str) -> String {
    world.sign_in(&format!("{name}@qelos.test"), "user-pass-1").access
}

fn bearer(access: &str) -> (&'static str, String) {
    ("authorization", format!("Bearer {access}"))
}

/// Adds a person that has signed in.
fn person(world: &World, name: &str, recorded: &'static str) -> UserId {
    let id = world.qelos.add_user(NewUser::new(format!("{name}@qelos.test"), "user-pass-1").first_name("Una"));
    world.remember(recorded, &id);
    signs_in(world, name);
    id
}

/// A server with the people of the recordings, who have signed in, and the workspace of one of them.
fn people(world: &World) {
    let una = person(world, "unakvtdr", UNA);
    person(world, "bobkvtdr", BOB);
    person(world, "cleokvtdr", CLEO);
    world.remember(ACME, &world.workspace("Acme kvtdr", una));
    let two = person(world, "unavz2lv", LATER_UNA);
    let bob = Member::new(person(world, "bobvz2lv", LATER_BOB), &["member"]);
    let members = [Member::new(two, &["admin", "user"]), bob];
    world.remember(FIRST, &world.qelos.add_workspace("First", &members));
    world.remember(SECOND, &world.qelos.add_workspace("Second", &members));
}

/// Sends recorded requests as the user that `caller` signs in, and returns the token of that user.
fn after(world: &World, names: &[&str], caller: fn(&World) -> String) -> String {
    let access = caller(world);
    for name in names {
        let recording = fixture::load_more(name);
        let response = world.qelos.handle(world.request(recording.request.as_ref().expect("a request"), &access));
        assert_eq!(response.status(), 200, "{name}");
    }
    access
}

fn with_dora(world: &World) -> String {
    let access = admin(world);
    let recording = fixture::load_more("318-users-create");
    let request = world.request(recording.request.as_ref().expect("a request"), &access);
    let created = json_of(&world.qelos.handle(request));
    world.remember(DORA, &created["_id"].as_str().expect("an id"));
    access
}

/// The state of the list of all users: they were created, and most of them have signed in.
fn as_listed(world: &World) -> String {
    let recording = fixture::load_more("301-users-list-admin");
    let listed = recording.response.and_then(|response| response.body).expect("a body");
    let listed: Vec<Value> = serde_json::from_str(&listed).expect("a list");
    let access = admin(world);
    for user in &listed[1..] {
        let mut body = user.clone();
        body["password"] = "user-pass-1".into();
        let created = json_of(&world.post("/api/users", Some(bearer(&access)), &body));
        if !user["lastLogin"]["workspace"].is_null() {
            let id: UserId = created["_id"].as_str().expect("an id").parse().expect("an id");
            world.workspace("Pay", id);
        }
        if !user["lastLogin"].is_null() {
            world.sign_in(user["username"].as_str().expect("a name"), "user-pass-1");
        }
    }
    access
}

fn invited(world: &World, name: &str) -> String {
    let body = json!({ "invites": [{ "email": format!("{name}@qelos.test"), "roles": ["editor"] }] });
    let path = format!("/api/workspaces/{}", world.known_as(ACME));
    assert_eq!(world.send(Method::PUT, &path, Some(bearer(&una(world))), &body).status(), 200);
    signs_in(world, name)
}

fn inviting_bob(world: &World) -> String {
    invited(world, "bobkvtdr")
}

fn inviting_cleo(world: &World) -> String {
    invited(world, "cleokvtdr")
}

fn bob_is_a_member(world: &World) -> String {
    after(world, &["353-invites-accept"], inviting_bob);
    una(world)
}

fn with_three_workspaces(world: &World) -> String {
    for name in ["Pay", "Pay", "Acme kvtdr"] {
        world.qelos.add_workspace(name, &[]);
    }
    admin(world)
}

/// The path names the second workspace, and the member is removed from the first.
fn removed_from_the_first(world: &World) -> String {
    let access = signs_in(world, "unavz2lv");
    let path = format!("/api/workspaces/{}/members/{}", world.known_as(SECOND), world.known_as(LATER_BOB));
    let removed = world.send(Method::DELETE, &path, Some(bearer(&access)), &Value::Null);
    assert_eq!(removed.status(), 200);
    access
}

/// Plays one scenario, and returns the differences.
fn play(&(name, prepare): &Scenario) -> Vec<String> {
    let recording = fixture::load_more(name);
    let (request, response) = recording.request.as_ref().zip(recording.response.as_ref()).expect("an exchange");
    let world = World::new(Chapter::Founded, &recording);
    world.remember(ROOT, &world.known_as(ADMIN));
    if !OF_ALL.contains(&name) {
        people(&world);
    }
    let credential = prepare(&world);
    let given = world.qelos.handle(world.request(request, &credential));
    compare::differences(&recording, &with_ids(&world, response), &given)
}

/// The recorded response with the ids of this world, which messages and headers repeat.
fn with_ids(world: &World, response: &RecordedResponse) -> RecordedResponse {
    let headers = response.headers.iter().map(|(name, value)| {
        let text = value.as_str().map(|text| world.with_ids(text).into());
        (name.clone(), text.unwrap_or_else(|| value.clone()))
    });
    let body = response.body.as_deref().map(|body| world.with_ids(body));
    RecordedResponse { status: response.status, headers: headers.collect(), body }
}

#[test]
fn every_recorded_request_of_administrators_gets_the_recorded_response() {
    let failed: Vec<_> = SCENARIOS.iter().map(|scenario| (scenario.0, play(scenario))).collect();
    let failed: Vec<_> = failed.into_iter().filter(|(_, differences)| !differences.is_empty()).collect();
    assert!(failed.is_empty(), "{} of {} get another response: {failed:#?}", failed.len(), SCENARIOS.len());
}

#[test]
fn every_recording_of_the_auth_service_is_listed_once() {
    let listed: Vec<_> =
        SCENARIOS.iter().map(|(name, _)| *name).chain(LEFT_OUT.iter().map(|(name, _)| *name)).collect();
    let table: BTreeSet<_> = listed.iter().copied().collect();
    assert_eq!(table.len(), listed.len(), "a recording is listed twice");
    let names = fixture::more_names();
    let of_auth = names.iter().map(String::as_str).filter(|name| {
        let number: u32 = name[..3].parse().expect("a number");
        matches!(number, 301..=412 | 756 | 757 | 779 | 784..=786 | 793)
    });
    assert_eq!(table, of_auth.collect());
}
