//! Blueprints and entities.

use serde_json::{Value, json};

use super::stage::{LeftOut, Scenario, admin, bob, guest, post, replay, una, una_in};
use super::world::World;

const BRAND: &str = "6b072b2cbeed1facd15cbe6a";
const GOLF: &str = "6b072b2cbeed1facd15cbe6e";
const POLO: &str = "6b072b2cbeed1facd15cbe72";
const LUPO: &str = "6b072b2cbeed1facd15cbe75";
const PLAN: &str = "6b072bc9c262a8a69ec15531";
const FIRST: &str = "6b072bc978f278c3d3bcedbc";

pub(super) const SCENARIOS: &[Scenario] = &[
    ("413-blueprints-create", admin),
    ("414-blueprints-create-full", admin),
    ("415-blueprints-create-duplicate", blueprints),
    ("417-blueprints-create-user", una),
    ("418-blueprints-list-admin", blueprints),
    ("419-blueprints-list-user", with_blueprints),
    ("421-blueprints-list-filter", with_blueprints),
    ("422-blueprints-get-admin", blueprints),
    ("423-blueprints-get-user", with_blueprints),
    ("425-blueprints-update", blueprints),
    ("426-blueprints-update-unknown", blueprints),
    ("427-blueprints-patch", |world| {
        let admin = blueprints(world);
        replay(world, "425-blueprints-update", &admin);
        admin
    }),
    ("429-entities-create-flat", with_brand),
    ("430-entities-create-metadata", with_brand),
    ("431-entities-create-wrapped", with_brand),
    ("433-entities-create-wrong-enum", with_brand),
    ("434-entities-create-not-a-number", with_brand),
    ("435-entities-create-over-max", with_brand),
    ("437-entities-create-bad-file", with_brand),
    ("438-entities-create-bad-time", with_brand),
    ("439-entities-create-bad-time-type", with_brand),
    ("441-entities-create-null-optional", with_brand),
    ("442-entities-create-unknown-relation", with_brand),
    ("443-entities-create-unknown-blueprint", with_brand),
    ("445-entities-get", with_cars),
    ("446-entities-get-wrapped", with_cars),
    ("447-entities-get-populate", with_cars),
    ("449-entities-get-malformed", with_cars),
    ("450-entities-get-foreign", cars_of_another_user),
    ("451-entities-get-foreign-admin", cars_for_the_admin),
    ("453-entities-list", with_cars),
    ("454-entities-list-sort-limit", with_cars),
    ("455-entities-list-sort-metadata", with_cars),
    ("457-entities-list-filter", with_cars),
    ("458-entities-list-filter-number", with_cars),
    ("459-entities-list-filter-metadata", with_cars),
    ("461-entities-list-filter-operator", with_cars),
    ("462-entities-list-filter-range", with_cars),
    ("463-entities-list-filter-in", with_cars),
    ("465-entities-list-filter-regex", with_cars),
    ("466-entities-list-filter-boolean", with_cars),
    ("467-entities-list-filter-date", with_cars),
    ("469-entities-list-filter-empty", with_cars),
    ("470-entities-list-filter-unknown-field", with_cars),
    ("471-entities-list-q", with_cars),
    ("473-entities-list-populate", with_cars),
    ("474-entities-list-populate-false", with_cars),
    ("475-entities-list-outer-populate", with_only_golf),
    ("477-entities-list-accept-version", with_cars),
    ("478-entities-query-find", with_cars),
    ("479-entities-query-skip", with_cars),
    ("481-entities-query-find-one", with_cars),
    ("482-entities-query-count", with_cars),
    ("483-entities-count-filter", with_cars),
    ("485-entities-list-no-auth", |world| guest_after(world, with_cars)),
    ("486-entities-list-unknown-blueprint", with_cars),
    ("487-entities-list-other-user", cars_of_another_user),
    ("489-entities-list-admin-bypass", cars_for_the_admin),
    ("490-entities-list-bypass-header", cars_for_the_admin),
    ("491-entities-list-impersonate", cars_for_the_admin),
    ("493-entities-update-metadata", |world| {
        let una = with_cars(world);
        let request = json!({ "price": 30 });
        let path = format!("/api/blueprints/car_mvpt1/entities/{}", world.known_as(GOLF));
        put(world, &path, &una, &request);
        una
    }),
    ("494-entities-update-empty", with_cars),
    ("495-entities-update-invalid", with_cars),
    ("497-entities-update-foreign", cars_of_another_user),
    ("498-entities-update-owner-by-admin", |world| {
        bob(world);
        cars_for_the_admin(world)
    }),
    ("499-entities-update-with-extra-query", with_cars),
    ("501-entities-remove-again", without_polo),
    ("502-entities-remove-foreign", cars_of_another_user),
    ("503-entities-remove-no-auth", |world| guest_after(world, with_cars)),
    ("505-entities-list-workspace-scope-without-workspace", |world| of_workspaces(world, "wsdoc_mvpt1", una)),
    ("506-entities-create-workspace-scope-without-workspace", |world| of_workspaces(world, "wsdoc_mvpt1", una)),
    ("507-entities-get-workspace-scope-without-workspace", |world| of_workspaces(world, "wsdoc_mvpt1", una)),
    ("509-entities-list-guest", |world| {
        for_guests(world, "guest_mvpt1");
        post(world, "/api/blueprints/guest_mvpt1/entities", "", &json!({ "title": "G" }));
        String::new()
    }),
    ("510-entities-create-limit-reached", |world| {
        for_guests(world, "guest_mvpt1");
        let una = una(world);
        post(world, "/api/blueprints/guest_mvpt1/entities", &una, &json!({ "title": "H" }));
        una
    }),
    ("511-entities-create-guest-limit", |world| {
        for_guests(world, "guest_mvpt1");
        for _ in 0..11 {
            replay(world, "511-entities-create-guest-limit", "");
        }
        String::new()
    }),
    ("517-charts-no-auth", |world| guest_after(world, with_cars)),
    ("518-blueprints-remove-with-entities", cars_for_the_admin),
    ("519-entities-remove-all", |world| {
        without_polo(world);
        admin(world)
    }),
    ("521-blueprints-remove-unknown", admin),
    ("522-blueprints-remove-user", with_blueprints),
    ("758-bad-bearer-blueprints", guest),
    ("759-bad-bearer-entities", |world| {
        of_workspaces(world, "shut_vz2lv", guest);
        guest(world)
    }),
    ("761-bad-bearer-entities-guest-create", |world| {
        for_guests(world, "open_vz2lv");
        guest(world)
    }),
    ("762-bad-bearer-charts", |world| {
        of_workspaces(world, "shut_vz2lv", guest);
        guest(world)
    }),
    ("777-malformed-json-entities", |world| of_workspaces(world, "shut_vz2lv", una)),
    ("787-entities-create-workspace-scope", |world| of_workspaces(world, "wsdoc_vz2lv", in_first_workspace)),
    ("789-entities-list-workspace-scope-other", in_another_workspace),
    ("790-entities-get-workspace-scope-other", in_another_workspace),
    ("794-entities-list-api-token", |world| {
        for_guests(world, "open_vz2lv");
        post(world, "/api/blueprints/open_vz2lv/entities", "", &json!({ "title": "who am I" }));
        api_token(world)
    }),
];

pub(super) const LEFT_OUT: &[LeftOut] = &[
    ("513-charts-sum-not-number", "of the charts only the count is supported: 501"),
    ("514-charts-bar", "of the charts only the count is supported: 501"),
    ("515-charts-pie", "of the charts only the count is supported: 501"),
    ("791-entities-create-impersonate-query", "impersonation by the query is not supported: 501"),
];

/// An API token of Una.
pub(super) fn api_token(world: &World) -> String {
    let body = json!({ "nickname": "ci", "expiresAt": "2026-11-22T17:20:42.894Z" });
    post(world, "/api/me/api-tokens", &una(world), &body)["token"].as_str().expect("a token").to_owned()
}

fn guest_after(world: &World, prepare: fn(&World) -> String) -> String {
    prepare(world);
    String::new()
}

/// Brands and cars. Returns the credential of the administrator.
fn blueprints(world: &World) -> String {
    let admin = admin(world);
    replay(world, "413-blueprints-create", &admin);
    replay(world, "414-blueprints-create-full", &admin);
    admin
}

fn with_blueprints(world: &World) -> String {
    blueprints(world);
    una(world)
}

/// A brand of Una, and no car.
fn with_brand(world: &World) -> String {
    blueprints(world);
    let una = una(world);
    let brand = post(world, "/api/blueprints/brand_mvpt1/entities", &una, &json!({ "title": "VW" }));
    remember(world, BRAND, &brand);
    una
}

/// Four cars of Una.
fn with_cars(world: &World) -> String {
    let una = with_brand(world);
    for (name, recorded) in [
        ("429-entities-create-flat", GOLF),
        ("430-entities-create-metadata", POLO),
        ("431-entities-create-wrapped", LUPO),
    ] {
        let car = replay(world, name, &una);
        remember(world, recorded, &car);
    }
    post(world, "/api/blueprints/car_mvpt1/entities", &una, &json!({ "name": "NoTags", "tags": "a" }));
    una
}

/// The blueprints, a brand and one car.
fn with_only_golf(world: &World) -> String {
    let una = with_brand(world);
    replay(world, "429-entities-create-flat", &una);
    una
}

fn without_polo(world: &World) -> String {
    let una = with_cars(world);
    replay(world, "501-entities-remove-again", &una);
    una
}

fn cars_of_another_user(world: &World) -> String {
    with_cars(world);
    bob(world)
}

fn cars_for_the_admin(world: &World) -> String {
    with_cars(world);
    admin(world)
}

fn remember(world: &World, recorded: &'static str, entity: &Value) {
    world.remember(recorded, &entity["identifier"].as_str().expect("an identifier"));
}

/// A blueprint with a title, whose entities belong to workspaces.
fn of_workspaces(world: &World, identifier: &str, credential: fn(&World) -> String) -> String {
    let operations = ["create", "read", "update", "delete"];
    let permissions =
        operations.map(|operation| json!({ "scope": "workspace", "operation": operation, "roleBased": ["user"] }));
    let body = json!({
        "identifier": identifier, "name": "Document", "permissions": permissions, "permissionScope": "workspace",
        "properties": {"title": {"title": "Title", "type": "string", "required": true}},
    });
    post(world, "/api/blueprints", &admin(world), &body);
    credential(world)
}

/// A blueprint with a title, which guests may read and write. A user may have one entity.
fn for_guests(world: &World, identifier: &str) {
    let permissions =
        ["create", "read"].map(|operation| json!({ "operation": operation, "guest": true, "scope": "tenant" }));
    let body = json!({
        "identifier": identifier, "name": "Open", "permissions": permissions, "permissionScope": "tenant",
        "limitations": [{"scope": "user", "value": 1, "roles": ["user"]}],
        "properties": {"title": {"title": "Title", "type": "string", "required": true}},
    });
    post(world, "/api/blueprints", &admin(world), &body);
}

fn in_first_workspace(world: &World) -> String {
    una_in(world, "W1", FIRST)
}

/// A plan was made in the first workspace, and Una is in the second.
fn in_another_workspace(world: &World) -> String {
    let first = of_workspaces(world, "wsdoc_vz2lv", in_first_workspace);
    let plan = replay(world, "787-entities-create-workspace-scope", &first);
    remember(world, PLAN, &plan);
    una_in(world, "W2", "6b072bc978f278c3d3bcedc0")
}

fn put(world: &World, path: &str, access: &str, body: &Value) {
    let request = http::Request::put(path).header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {access}")).body(body.to_string().into());
    assert_eq!(world.qelos.handle(request.expect("a request")).status(), 200);
}
