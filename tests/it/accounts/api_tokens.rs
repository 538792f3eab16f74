//! The management of API tokens: created so that they work, found when they are old, replaced without a gap.

use std::sync::Mutex;
use std::time::Duration;

use qelos_client::testing::FakeQelos;
use qelos_client::wire::WorkspaceLink;
use qelos_client::{
    Client, Clock, ExposeSecret, NewApiToken, OAuth, SecretString, expiring_api_tokens, unused_api_tokens,
};

use crate::world::{DAY, World, sign_in};

const TOKENS: &str = "/api/me/api-tokens";

/// A session of Ada that never ends.
async fn owner(world: &World) -> Client<OAuth, FakeQelos> {
    world.oauth().await.sign_in_again_with(sign_in())
}

async fn nicknames(owner: &Client<OAuth, FakeQelos>) -> Vec<String> {
    owner.api_tokens().list().await.unwrap().into_iter().map(|token| token.nickname).collect()
}

async fn works(world: &World, token: &SecretString) -> bool {
    world.anonymous().api_token_sign_in(token.clone()).await.is_ok()
}

#[tokio::test]
async fn invalid_tokens_are_refused_before_sending() {
    let world = World::new();
    let owner = owner(&world).await;
    let now = world.client_clock.now();
    let cases = [
        (NewApiToken::expiring_at("ci", now), "expire at 2026-11-21T12:00:00"),
        (NewApiToken::expiring_in("ci", Duration::ZERO), "choose a time in the future"),
        (NewApiToken::expiring_in(" ", DAY), "nickname"),
    ];
    for (wanted, why) in cases {
        let error = owner.create_api_token(&wanted).await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert_eq!(world.qelos.count("POST", TOKENS), 0);
}

#[tokio::test]
async fn a_new_token_that_does_not_work_is_revoked() {
    let world = World::new();
    let owner = owner(&world).await;
    let (theirs, ours) = (world.foreign_workspace(), world.workspace("Ours"));

    let wanted = NewApiToken::expiring_in("ci", DAY);
    let error = owner.create_api_token(&wanted.clone().in_workspace(theirs)).await.unwrap_err().to_string();
    assert!(error.contains("is not a member of it") && error.contains("was revoked"), "{error}");
    assert!(nicknames(&owner).await.is_empty());

    let created = owner.create_api_token(&wanted.in_workspace(ours)).await.unwrap();
    let (_, who) = owner.api_token_sign_in(created.token).await.unwrap();
    assert_eq!(who.workspace.unwrap().id, ours);
}

#[tokio::test]
async fn the_limit_error_names_expired_tokens() {
    let world = World::new();
    let owner = owner(&world).await;
    for number in 0..10 {
        let days = if number < 2 { 1 } else { 2 };
        owner.create_api_token(&NewApiToken::expiring_in(format!("n{number}"), days * DAY)).await.unwrap();
    }
    let wanted = NewApiToken::expiring_in("one more", DAY);
    let error = owner.create_api_token(&wanted).await.unwrap_err().to_string();
    assert!(!error.contains("delete these tokens"), "none has expired: {error}");

    // The server removes expired tokens after some time.
    world.pass(DAY + Duration::from_secs(1));
    let error = owner.create_api_token(&wanted).await.unwrap_err().to_string();
    let hint = error.split("delete these tokens, which have expired and still count: ").nth(1).unwrap();
    assert!(hint.contains("n0 (ql_") && hint.contains("n1 (ql_") && !hint.contains("n2"), "{error}");
}

#[tokio::test]
async fn a_refusal_to_manage_tokens_names_both_settings() {
    let world = World::new();
    let owner = owner(&world).await;
    world.qelos.set_api_tokens_allowed(false);

    let created = owner.create_api_token(&NewApiToken::expiring_in("ci", DAY)).await.unwrap_err();
    let listed = owner.api_tokens().list().await.unwrap_err();
    for error in [created, listed] {
        assert!(error.is_forbidden(), "{error}");
        let hint = error.hint().unwrap();
        for setting in ["`allowUserTokenAuthentication`", "`tokenAuthenticationPermissions`"] {
            assert!(hint.contains(setting), "{hint}");
        }
    }
}

#[tokio::test]
async fn a_new_token_has_its_workspace_and_no_hash() {
    let world = World::new();
    let owner = owner(&world).await;
    let own = world.workspace("Own");
    let created = owner.create_api_token(&NewApiToken::expiring_in("ci", DAY).in_workspace(own)).await.unwrap();
    let listed = &owner.api_tokens().list().await.unwrap()[0];
    let links = [&created.api_token, listed].map(|token| token.workspace.as_ref().unwrap());
    assert_eq!(links[0], &WorkspaceLink::Id(own));
    assert_eq!(links[1], &WorkspaceLink::Named { id: own, name: "Own".to_owned() });
    assert_eq!(links.map(WorkspaceLink::id), [own, own]);

    let kept = serde_json::to_value(&created).unwrap();
    assert_eq!(kept["token"], created.token.expose_secret());
    assert_eq!(kept["apiToken"].get("token"), None, "the hash is not read");
}

#[tokio::test]
async fn a_token_is_replaced_without_a_gap() {
    let world = World::new();
    let owner = owner(&world).await;
    let own = world.workspace("Own");
    let old = owner.create_api_token(&NewApiToken::expiring_in("deploy", 7 * DAY).in_workspace(own)).await.unwrap();
    let vault = Mutex::new(old.token.clone());

    let both_work = Mutex::new(false);
    let hand_over = |token: SecretString| async {
        *both_work.lock().unwrap() = works(&world, &old.token).await && works(&world, &token).await;
        *vault.lock().unwrap() = token;
        Ok::<_, String>(())
    };
    let new = owner.rotate_api_token(&old.api_token, 30 * DAY, hand_over).await.unwrap();
    assert!(*both_work.lock().unwrap());
    assert_eq!(
        (new.nickname.as_str(), new.workspace.unwrap().id()),
        ("deploy", own),
        "the new token may do no more than the old one"
    );
    let listed = owner.api_tokens().list().await.unwrap();
    assert_eq!(listed.iter().map(|token| token.id).collect::<Vec<_>>(), [new.id]);
    assert!(!works(&world, &old.token).await);
    let kept = vault.lock().unwrap().clone();
    assert!(works(&world, &kept).await);
}

#[tokio::test]
async fn a_token_that_cannot_be_handed_over_is_revoked() {
    let world = World::new();
    let owner = owner(&world).await;
    let old = owner.create_api_token(&NewApiToken::expiring_in("deploy", 7 * DAY)).await.unwrap();
    let hand_over = |_| async { Err("the vault is sealed") };
    let error = owner.rotate_api_token(&old.api_token, 30 * DAY, hand_over).await.unwrap_err().to_string();
    assert!(error.contains("the vault is sealed") && error.contains("was revoked"), "{error}");
    assert_eq!(nicknames(&owner).await, ["deploy"]);
    assert!(works(&world, &old.token).await);
}

#[tokio::test]
async fn a_revoked_token_can_be_replaced() {
    let world = World::new();
    let owner = owner(&world).await;
    let old = owner.create_api_token(&NewApiToken::expiring_in("deploy", 7 * DAY)).await.unwrap().api_token;
    owner.api_tokens().delete(&old.id).await.unwrap();
    let new = owner.rotate_api_token(&old, 30 * DAY, async |_| Ok::<_, String>(())).await.unwrap();
    let listed = owner.api_tokens().list().await.unwrap();
    assert_eq!(listed.iter().map(|token| token.id).collect::<Vec<_>>(), [new.id]);
}

#[tokio::test]
async fn unused_and_expiring_tokens_are_found() {
    let world = World::new();
    let owner = owner(&world).await;
    let mut tokens = Vec::new();
    for (nickname, days) in [("used", 40), ("unused", 40), ("ends soon", 15)] {
        tokens.push(owner.create_api_token(&NewApiToken::expiring_in(nickname, days * DAY)).await.unwrap().token);
    }
    world.pass(10 * DAY);
    for used in [0, 2] {
        assert!(works(&world, &tokens[used]).await);
    }
    let tokens = owner.api_tokens().list().await.unwrap();
    let now = world.client_clock.now();
    let unused: Vec<_> = unused_api_tokens(&tokens, 7 * DAY, now).map(|token| &token.nickname).collect();
    assert_eq!(unused, ["unused"]);
    assert_eq!(unused_api_tokens(&tokens, 11 * DAY, now).count(), 0, "it is not that old");
    let expiring: Vec<_> = expiring_api_tokens(&tokens, 7 * DAY, now).map(|token| &token.nickname).collect();
    assert_eq!(expiring, ["ends soon"]);
}
