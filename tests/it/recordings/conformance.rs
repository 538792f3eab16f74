//! Compares the embedded Qelos with the real one: it gets every recorded request, in the state of the recording, and
//! has to give the recorded response, except for ids, times and keys.

use std::collections::BTreeSet;

use qelos_client::testing::FakeQelos;
use serde_json::json;

use self::world::{Chapter, World};
use crate::recordings::fixture;

mod administration;
mod chats;
mod compare;
mod content;
mod cookies;
mod mcp;
mod no_code;
mod people;
mod stage;
mod token;
mod workspaces;
mod world;

use Chapter::{Renamed, SignedUp, WithWorkspaces, WithoutPicture};

/// The scenarios of all tables.
fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    let tables = [SCENARIOS, people::SCENARIOS, cookies::SCENARIOS, workspaces::SCENARIOS, mcp::SCENARIOS];
    tables.into_iter().flatten()
}

/// A recording, the state of the server, and a function for what happens before the request.
///
/// The function returns the credential that replaces the recorded one. An empty one leaves the recorded one.
type Scenario = (&'static str, Chapter, fn(&World) -> String);

/// API tokens, by their ids in the recordings.
const TOKEN_CI: &str = "6b01d2eb627f2972a3746020";
const TOKEN_BY_COOKIE: &str = "6b01d2eb627f2972a3746026";

/// Calls of the official SDK without credentials: it failed before it sent a request.
const NEVER_SENT: [&str; 3] =
    ["062-me-sdk-no-credentials", "158-cookie-refresh-via-gateway-sdk", "178-logout-sdk-no-credentials"];

/// Sessions, and the API tokens of the signed-in user.
const SCENARIOS: &[Scenario] = &[
    ("013-signin-cookie-ok", SignedUp, as_recorded),
    ("014-signin-cookie-ok-admin", SignedUp, as_recorded),
    ("016-signin-cookie-wrong-password", SignedUp, as_recorded),
    ("017-signin-oauth-wrong-password", SignedUp, as_recorded),
    ("018-signin-unknown-user", SignedUp, as_recorded),
    ("020-signin-missing-username", SignedUp, as_recorded),
    ("021-signin-email-instead-of-username", SignedUp, as_recorded),
    ("022-signin-blank-username-with-email", SignedUp, as_recorded),
    ("024-signin-malformed-json", SignedUp, as_recorded),
    ("025-signin-form-body", SignedUp, as_recorded),
    ("026-signin-username-uppercase", SignedUp, as_recorded),
    ("028-signin-roles-match", SignedUp, as_recorded),
    ("029-signin-roles-mismatch", SignedUp, as_recorded),
    ("030-signin-cookie-python-like-missing-content-type", SignedUp, as_recorded),
    ("046-me-after-activate-cookie", WithWorkspaces, workspaces::activated),
    ("052-signin-oauth-with-workspace", WithWorkspaces, as_recorded),
    ("053-signin-cookie-with-workspace", WithWorkspaces, as_recorded),
    ("054-signin-oauth-with-workspace-sdk", WithWorkspaces, as_recorded),
    ("056-signin-with-malformed-workspace", WithWorkspaces, as_recorded),
    ("057-signin-default-workspace-after-that", WithWorkspaces, as_recorded),
    ("058-me-oauth", WithWorkspaces, access),
    ("060-me-cookie", WithWorkspaces, World::cookie),
    ("061-me-no-auth", WithWorkspaces, as_recorded),
    ("064-me-bearer-without-scheme", WithWorkspaces, access),
    ("065-me-lowercase-scheme", WithWorkspaces, access),
    ("066-me-other-scheme", WithWorkspaces, access),
    ("068-me-cookie-jwt-as-bearer", WithWorkspaces, World::cookie),
    ("069-me-access-token-as-cookie", WithWorkspaces, access),
    ("070-me-cookie-named-token", WithWorkspaces, World::cookie),
    ("072-me-bad-apikey-and-good-bearer", WithWorkspaces, access),
    ("073-me-api-v1-path", WithWorkspaces, access),
    ("074-me-accept-version", WithWorkspaces, access),
    ("077-me-after-update", Renamed, access),
    ("084-signin-with-weak-password", WithWorkspaces, |world| user_2_with_password(world, "x")),
    ("085-api-tokens-list-empty", WithWorkspaces, access),
    ("086-api-tokens-create", WithWorkspaces, access),
    ("088-api-tokens-create-cookie", WithWorkspaces, World::cookie),
    ("089-api-tokens-create-foreign-workspace", WithWorkspaces, access),
    ("090-api-tokens-create-malformed-workspace", WithWorkspaces, access),
    ("092-api-tokens-create-missing-expiry", WithWorkspaces, access),
    ("093-api-tokens-create-past-date", WithWorkspaces, access),
    ("094-api-tokens-create-invalid-date", WithWorkspaces, access),
    ("096-api-tokens-create-epoch-seconds", WithWorkspaces, access),
    ("097-api-tokens-create-local-date", WithWorkspaces, access),
    ("098-api-tokens-create-no-auth", WithWorkspaces, as_recorded),
    ("100-api-tokens-create-10th", WithWorkspaces, |world| with_api_tokens(world, 9)),
    ("101-api-tokens-create-11th", WithWorkspaces, |world| with_api_tokens(world, 10)),
    ("102-api-tokens-list-oauth", WithWorkspaces, |world| with_api_tokens(world, 10)),
    ("104-api-tokens-list-no-auth", WithWorkspaces, as_recorded),
    ("105-api-tokens-list-by-apikey", WithWorkspaces, api_token),
    ("106-api-tokens-create-by-apikey", WithWorkspaces, api_token),
    ("108-me-apikey-signin", WithoutPicture, api_token),
    ("109-me-apikey-head-sdk", WithoutPicture, api_token),
    ("110-me-apikey-workspace-locked", WithoutPicture, World::locked_api_token),
    ("112-me-apikey-garbage", WithoutPicture, as_recorded),
    ("113-me-apikey-no-prefix", WithoutPicture, api_token),
    ("114-me-apikey-empty", WithoutPicture, as_recorded),
    ("116-me-apikey-as-bearer", WithoutPicture, api_token),
    ("118-me-apikey-head-sdk-forceRefresh-garbage", WithoutPicture, as_recorded),
    ("120-signin-after-password-change-by-apikey", WithoutPicture, |world| {
        user_2_with_password(world, "changed-by-key")
    }),
    ("121-me-session-after-password-change", WithoutPicture, |world| world.user_2().access),
    ("133-api-tokens-delete-unknown", WithoutPicture, access),
    ("134-api-tokens-delete-malformed", WithoutPicture, access),
    ("136-api-tokens-delete-of-another-user", WithoutPicture, |world| {
        world.api_token_known_as(TOKEN_BY_COOKIE);
        world.user_2().access
    }),
    ("137-api-tokens-delete-cookie", WithoutPicture, |world| {
        world.api_token_known_as(TOKEN_BY_COOKIE);
        world.cookie()
    }),
    ("138-api-tokens-delete-ok", WithoutPicture, |world| {
        world.api_token_known_as(TOKEN_CI);
        world.user_1().access
    }),
    ("140-api-tokens-delete-again", WithoutPicture, delete_ci_token),
    ("141-me-apikey-short-lived-ok", WithoutPicture, short_lived_api_token),
    ("142-me-apikey-expired", WithoutPicture, |world| {
        let token = short_lived_api_token(world);
        world.clock.advance(std::time::Duration::from_secs(3));
        token
    }),
    ("144-api-tokens-list-feature-off", WithoutPicture, |world| {
        world.qelos.set_api_tokens_allowed(false);
        world.user_1().access
    }),
    ("145-me-apikey-feature-off", WithoutPicture, |world| {
        let token = world.locked_api_token();
        world.qelos.set_api_tokens_allowed(false);
        token
    }),
    ("148-token-refresh-ok", WithoutPicture, |world| world.user_1().refresh),
    ("149-token-refresh-reused", WithoutPicture, used_refresh_token),
    ("150-token-refresh-reused-sdk", WithoutPicture, used_refresh_token),
    ("152-token-refresh-in-body", WithoutPicture, |world| world.user_1().refresh),
    ("153-token-refresh-garbage", WithoutPicture, as_recorded),
    ("154-token-refresh-with-access-token", WithoutPicture, access),
    ("156-me-old-access-after-refresh", WithoutPicture, access_token_from_before_a_refresh),
    ("168-logout-cookie", WithoutPicture, World::cookie),
    ("169-me-cookie-after-logout", WithoutPicture, |world| {
        let cookie = world.cookie();
        world.sign_out("cookie", format!("qlt_0={cookie}"));
        cookie
    }),
    ("172-me-oauth-after-logout", WithoutPicture, |world| {
        let session = world.user_1();
        world.sign_out("authorization", format!("Bearer {}", session.access));
        session.access
    }),
    ("173-token-refresh-after-logout", WithoutPicture, |world| {
        let session = world.user_1();
        world.sign_out("authorization", format!("Bearer {}", session.access));
        session.refresh
    }),
    ("174-logout-oauth-with-old-access-token", WithoutPicture, access_token_from_before_a_refresh),
    ("176-logout-apikey", WithoutPicture, World::locked_api_token),
    ("177-logout-no-auth", WithoutPicture, as_recorded),
    ("180-me-with-callback-cookie", WithoutPicture, cookies::from_callback),
    ("189-me-impersonate-user", WithoutPicture, |world| {
        world.add_user_2("user-pass-2");
        world.admin().access
    }),
    ("192-me-admin-oauth", WithoutPicture, |world| world.admin().access),
    ("193-me-tenant-header-foreign", WithoutPicture, |world| world.user_2().access),
    ("194-signin-tenant-header-foreign", WithoutPicture, as_recorded),
    // The token of an MCP client is an access token like any other.
    ("221-mcp-token-ok-2of2", WithoutPicture, access),
    ("229-signin-cookie-dev-host", WithoutPicture, as_recorded),
];

fn as_recorded(_: &World) -> String {
    String::new()
}

fn access(world: &World) -> String {
    world.user_1().access
}

fn api_token(world: &World) -> String {
    world.api_token_known_as(TOKEN_CI)
}

fn user_2_with_password(world: &World, password: &str) -> String {
    world.add_user_2(password);
    String::new()
}

fn short_lived_api_token(world: &World) -> String {
    world.api_token(&json!({ "nickname": "short", "expiresAt": world.expiry(2_500) }))
}

fn used_refresh_token(world: &World) -> String {
    let session = world.user_1();
    assert_eq!(world.refresh(&session.refresh).status(), 200);
    session.refresh
}

fn access_token_from_before_a_refresh(world: &World) -> String {
    let session = world.user_1();
    assert_eq!(world.refresh(&session.refresh).status(), 200);
    session.access
}

fn delete_ci_token(world: &World) -> String {
    world.api_token_known_as(TOKEN_CI);
    let access = world.user_1().access;
    let recording = fixture::load("138-api-tokens-delete-ok");
    let request = world.request(&recording.request.expect("a request"), &access);
    assert_eq!(world.qelos.handle(request).status(), 200);
    access
}

/// The first of the ten tokens that were recorded, in the order of their creation.
fn with_api_tokens(world: &World, count: usize) -> String {
    let day = "2026-11-22T17:20:42.894Z";
    let ten = [
        json!({ "nickname": "ci", "expiresAt": day }),
        world.in_beta(),
        json!({ "nickname": "by cookie", "expiresAt": day }),
        json!({ "nickname": "foreign", "expiresAt": day, "workspace": "0123456789abcdef01234567" }),
        json!({ "nickname": "epoch-ms", "expiresAt": 1_795_285_243_349_i64 }),
        json!({ "nickname": "date only", "expiresAt": "2099-01-01" }),
        json!({ "nickname": "ci", "expiresAt": day }),
        json!({ "nickname": "filler", "expiresAt": day }),
        json!({ "nickname": "filler", "expiresAt": day }),
        json!({ "nickname": "tenth", "expiresAt": day }),
    ];
    for body in &ten[..count] {
        world.api_token(body);
    }
    world.user_1().access
}

/// Plays one scenario, and returns the differences.
fn play(&(name, chapter, prepare): &Scenario) -> Vec<String> {
    let recording = fixture::load(name);
    let (request, response) = recording.request.as_ref().zip(recording.response.as_ref()).expect("an exchange");
    let world = World::new(chapter, &recording);
    let credential = prepare(&world);
    let given = world.qelos.handle(world.request(request, &credential));
    compare::differences(&recording, response, &given)
}

#[test]
fn every_recorded_request_gets_the_recorded_response() {
    let failed: Vec<_> = scenarios().map(|scenario| (scenario.0, play(scenario))).collect();
    let failed: Vec<_> = failed.into_iter().filter(|(_, differences)| !differences.is_empty()).collect();
    assert!(
        failed.is_empty(),
        "{} of {} recordings get another response: {failed:#?}",
        failed.len(),
        scenarios().count()
    );
}

#[test]
fn every_recording_is_in_the_table_and_nothing_else() {
    let listed: Vec<_> = scenarios().map(|(name, ..)| *name).chain(NEVER_SENT).collect();
    let table: BTreeSet<_> = listed.iter().copied().collect();
    assert_eq!(table.len(), listed.len(), "a recording is listed twice");
    let names = fixture::names();
    let recorded: BTreeSet<_> = names.iter().map(String::as_str).collect();
    assert_eq!(table.difference(&recorded).collect::<Vec<_>>(), [&""; 0], "no such recordings");
    assert_eq!(recorded.difference(&table).collect::<Vec<_>>(), [&""; 0], "recordings without a scenario");
}

#[test]
fn calls_listed_as_never_sent_have_no_request() {
    for name in NEVER_SENT {
        assert!(fixture::load(name).request.is_none(), "{name}");
    }
}

#[test]
fn a_wrong_response_is_noticed() {
    let recording = fixture::load("013-signin-cookie-ok");
    let without_users = FakeQelos::new(qelos_client::SystemClock);
    let world = World::new(SignedUp, &recording);
    let request = world.request(recording.request.as_ref().expect("a request"), "");
    let found = compare::differences(
        &recording,
        recording.response.as_ref().expect("a response"),
        &without_users.handle(request),
    );
    assert!(found.contains(&"status 401 Unauthorized instead of 200".to_owned()), "{found:#?}");
    assert!(found.contains(&"0 cookies instead of 1".to_owned()), "{found:#?}");
    assert!(found.contains(&"body.payload is missing".to_owned()), "{found:#?}");
}
