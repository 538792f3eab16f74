//! API tokens from the side of those who care for them: created so that they work, found when they are old, replaced
//! without a gap.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::sync::Mutex;
use std::time::Duration;

use qelos_client::api::OAuthSignIn;
use qelos_client::testing::{FakeQelos, ManualClock, Member, NewUser};
use qelos_client::{
    Client, Clock, NewApiToken, OAuth, SecretString, Timestamp, UserId, expiring_api_tokens, unused_api_tokens,
};

const DAY: Duration = Duration::from_hours(24);
const TOKENS: &str = "/api/me/api-tokens";

struct World {
    clock: ManualClock,
    qelos: FakeQelos,
    ada: UserId,
    client: Client<OAuth, FakeQelos>,
}

impl World {
    async fn new() -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let qelos = FakeQelos::new(clock.clone());
        let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
        let client =
            Client::builder("https://qelos.test").transport(qelos.clone()).clock(clock.clone()).build().unwrap();
        let sign_in = OAuthSignIn::new("ada@example.com", "hunter2hunter2".into());
        let client = client.oauth_signin(&sign_in).await.unwrap().0.sign_in_again_with(sign_in);
        Self { clock, qelos, ada, client }
    }

    async fn nicknames(&self) -> Vec<String> {
        self.client.api_tokens().list().await.unwrap().into_iter().map(|token| token.nickname).collect()
    }

    async fn works(&self, token: &SecretString) -> bool {
        self.client.api_token_signin(token.clone()).await.is_ok()
    }
}

#[tokio::test]
async fn what_can_be_told_is_refused_before_it_is_sent() {
    let world = World::new().await;
    let now = world.clock.now();
    let cases = [
        (NewApiToken::expiring_at("ci", now), "expires at 2026-11-21T12:00:00"),
        (NewApiToken::expiring_in("ci", Duration::ZERO), "is of no use"),
        (NewApiToken::expiring_in(" ", DAY), "nickname"),
    ];
    for (wanted, why) in cases {
        let error = world.client.create_api_token(&wanted).await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert_eq!(world.qelos.count("POST", TOKENS), 0);
}

#[tokio::test]
async fn a_token_for_a_workspace_of_others_is_found_out_and_revoked() {
    let world = World::new().await;
    let eve = world.qelos.add_user(NewUser::new("eve@example.com", "hunter2hunter2"));
    let theirs = world.qelos.add_workspace("Theirs", &[Member::new(eve, &["admin"])]);
    let ours = world.qelos.add_workspace("Ours", &[Member::new(world.ada, &["admin"])]);

    let wanted = NewApiToken::expiring_in("ci", DAY);
    let error = world.client.create_api_token(&wanted.clone().in_workspace(theirs)).await.unwrap_err().to_string();
    assert!(error.contains("no member of that workspace") && error.contains("was revoked again"), "{error}");
    assert!(world.nicknames().await.is_empty());

    let created = world.client.create_api_token(&wanted.in_workspace(ours)).await.unwrap();
    let (_, who) = world.client.api_token_signin(created.token).await.unwrap();
    assert_eq!(who.workspace.unwrap().id, ours);
}

#[tokio::test]
async fn the_limit_names_the_tokens_that_are_in_the_way() {
    let world = World::new().await;
    for number in 0..10 {
        let days = if number < 2 { 1 } else { 2 };
        world.client.create_api_token(&NewApiToken::expiring_in(format!("n{number}"), days * DAY)).await.unwrap();
    }
    let wanted = NewApiToken::expiring_in("one more", DAY);
    let error = world.client.create_api_token(&wanted).await.unwrap_err().to_string();
    assert!(!error.contains("delete them"), "none has expired: {error}");

    // The server sweeps them, and not at once.
    world.clock.advance(DAY + Duration::from_secs(1));
    let error = world.client.create_api_token(&wanted).await.unwrap_err().to_string();
    let hint = error.split("delete them: ").nth(1).unwrap();
    assert!(hint.contains("n0 (ql_") && hint.contains("n1 (ql_") && !hint.contains("n2"), "{error}");
}

#[tokio::test]
async fn a_token_is_replaced_without_a_gap() {
    let world = World::new().await;
    let old = world.client.create_api_token(&NewApiToken::expiring_in("deploy", 7 * DAY)).await.unwrap();
    let vault = Mutex::new(old.token.clone());
    let new = NewApiToken::expiring_in("deploy, the next", 30 * DAY);
    world.qelos.forget_requests();

    let both_work = Mutex::new(false);
    let hand_over = |token: SecretString| async {
        *both_work.lock().unwrap() = world.works(&old.token).await && world.works(&token).await;
        *vault.lock().unwrap() = token;
        Ok::<_, String>(())
    };
    world.client.rotate_api_token(&old.api_token.id, &new, hand_over).await.unwrap();
    assert!(*both_work.lock().unwrap());
    assert_eq!(world.nicknames().await, ["deploy, the next"]);
    assert!(!world.works(&old.token).await);
    let kept = vault.lock().unwrap().clone();
    assert!(world.works(&kept).await);
}

#[tokio::test]
async fn a_token_that_cannot_be_handed_over_is_taken_back() {
    let world = World::new().await;
    let old = world.client.create_api_token(&NewApiToken::expiring_in("deploy", 7 * DAY)).await.unwrap();
    let new = NewApiToken::expiring_in("never used", 30 * DAY);
    let hand_over = |_| async { Err("the vault is sealed") };
    let error = world.client.rotate_api_token(&old.api_token.id, &new, hand_over).await.unwrap_err().to_string();
    assert!(error.contains("the vault is sealed") && error.contains("was revoked again"), "{error}");
    assert_eq!(world.nicknames().await, ["deploy"]);
    assert!(world.works(&old.token).await);
}

#[tokio::test]
async fn those_that_nobody_uses_and_those_that_end_soon_are_found() {
    let world = World::new().await;
    let mut tokens = Vec::new();
    for (nickname, days) in [("used", 40), ("unused", 40), ("ends soon", 15)] {
        tokens
            .push(world.client.create_api_token(&NewApiToken::expiring_in(nickname, days * DAY)).await.unwrap().token);
    }
    world.clock.advance(10 * DAY);
    for used in [0, 2] {
        assert!(world.works(&tokens[used]).await);
    }
    let tokens = world.client.api_tokens().list().await.unwrap();
    let now = world.clock.now();
    let unused: Vec<_> = unused_api_tokens(&tokens, 7 * DAY, now).map(|token| &token.nickname).collect();
    assert_eq!(unused, ["unused"]);
    assert_eq!(unused_api_tokens(&tokens, 11 * DAY, now).count(), 0, "it is not that old");
    let expiring: Vec<_> = expiring_api_tokens(&tokens, 7 * DAY, now).map(|token| &token.nickname).collect();
    assert_eq!(expiring, ["ends soon"]);
}
