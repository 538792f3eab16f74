//! Workspaces, by every kind of credential.

use serde_json::{Value, json};

use super::world::Chapter::{SignedUp, WithWorkspaces, WithoutPicture};
use super::world::{World, cookie_of, json_of};
use super::{Scenario, access, api_token, as_recorded};

/// The workspace that the recordings create with an API token, rename and delete.
const BY_KEY: &str = "6b01d2ed627f2972a3746124";

pub(super) const SCENARIOS: &[Scenario] = &[
    ("032-workspaces-create-oauth", SignedUp, access),
    ("033-workspaces-create-cookie", SignedUp, World::cookie),
    ("034-workspaces-create-no-auth", SignedUp, as_recorded),
    ("036-workspaces-create-bad-labels", SignedUp, access),
    ("037-workspaces-list-cookie", WithWorkspaces, World::cookie),
    ("038-workspaces-list-oauth", WithWorkspaces, access),
    ("040-workspaces-get-oauth", WithWorkspaces, access),
    ("041-workspaces-get-cookie", WithWorkspaces, World::cookie),
    ("042-workspaces-get-unknown", WithWorkspaces, access),
    ("044-workspaces-members-oauth", WithWorkspaces, access),
    ("045-workspaces-activate-cookie", WithWorkspaces, World::cookie),
    ("048-workspaces-activate-old-cookie-again", WithWorkspaces, |world| {
        let cookie = world.cookie();
        activate_beta(world, &cookie);
        cookie
    }),
    ("049-workspaces-activate-oauth", WithWorkspaces, access),
    ("050-workspaces-activate-unknown-cookie", WithWorkspaces, World::cookie),
    ("122-workspaces-list-apikey", WithoutPicture, api_token),
    ("124-workspaces-get-apikey-locked-other", WithoutPicture, World::locked_api_token),
    ("125-workspaces-activate-apikey", WithoutPicture, api_token),
    ("126-workspaces-activate-apikey-locked", WithoutPicture, World::locked_api_token),
    ("128-workspaces-create-apikey", WithoutPicture, api_token),
    ("129-workspaces-update-oauth", WithoutPicture, with_one_more),
    ("130-workspaces-remove-oauth", WithoutPicture, with_one_more),
    ("132-workspaces-create-apikey-locked", WithoutPicture, World::locked_api_token),
    ("190-workspaces-activate-cookie-admin-non-member", WithoutPicture, World::cookie_of_admin),
];

/// The cookie of a session that was moved into the second workspace.
pub(super) fn activated(world: &World) -> String {
    activate_beta(world, &world.cookie())
}

fn activate_beta(world: &World, cookie: &str) -> String {
    let path = format!("/api/workspaces/{}/activate", world.id_of_beta());
    cookie_of(&world.post(&path, Some(("cookie", format!("qlt_0={cookie}"))), &Value::Null))
}

fn with_one_more(world: &World) -> String {
    let access = world.user_1().access;
    let credential = ("authorization", format!("Bearer {access}"));
    let created = json_of(&world.post("/api/workspaces", Some(credential), &json!({ "name": "By key" })));
    world.remember(BY_KEY, &created["_id"].as_str().expect("an id"));
    access
}
