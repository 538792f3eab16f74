//! A program finds its server and its credential in the environment, as plugins of Qelos do.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::ffi::OsString;
use std::time::Duration;

use qelos_client::api::OAuthSignIn;
use qelos_client::testing::{FakeQelos, ManualClock, Member, NewUser};
use qelos_client::{AnyCredential, ApiTokenAuth, Client, Environment, Error, NewApiToken, OAuth, Timestamp};

const PASSWORD: &str = "hunter2hunter2";
const LIFETIME: Duration = Duration::from_hours(5);

fn environment(settings: &[(&str, &str)]) -> Result<Environment, Error> {
    Environment::read_from(|name| {
        settings.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    })
}

const URL: (&str, &str) = ("QELOS_URL", "https://qelos.test");
const USERNAME: (&str, &str) = ("QELOS_USERNAME", "ada@example.com");
const SECRET: (&str, &str) = ("QELOS_PASSWORD", PASSWORD);
const TOKEN: (&str, &str) = ("QELOS_API_TOKEN", "ql_hunter2hunter2");

#[test]
fn one_error_lists_what_is_missing_and_what_was_found_and_no_value() {
    let told = |settings: &[(&str, &str)]| environment(settings).unwrap_err().to_string();
    let cases = [
        (&[][..], "missing QELOS_URL and QELOS_API_TOKEN (or QELOS_USERNAME and QELOS_PASSWORD)"),
        (&[TOKEN], "missing QELOS_URL; found: QELOS_API_TOKEN"),
        (&[URL, USERNAME], "missing QELOS_PASSWORD (or QELOS_API_TOKEN); found: QELOS_URL, QELOS_USERNAME"),
        (&[URL, SECRET], "missing QELOS_USERNAME (or QELOS_API_TOKEN); found: QELOS_URL, QELOS_PASSWORD"),
        (
            &[URL, USERNAME, ("QELOS_PASSWORD", " ")],
            "missing QELOS_PASSWORD (or QELOS_API_TOKEN); set and empty: QELOS_PASSWORD; found: QELOS_URL, QELOS_USERNAME",
        ),
    ];
    for (settings, expected) in cases {
        let told = told(settings);
        assert!(told.ends_with(expected), "{told}");
        assert!(!told.contains("hunter2") && !told.contains("ada"), "{told}");
    }
    let told = told(&[("QELOS_URL", "qelos.test"), TOKEN]);
    assert!(told.contains("QELOS_URL is"), "{told}");
}

#[test]
fn an_environment_shows_no_secret() {
    for settings in [&[URL, TOKEN][..], &[URL, USERNAME, SECRET]] {
        let shown = format!("{:?}", environment(settings).unwrap());
        assert!(shown.contains("qelos.test") && !shown.contains("hunter2"), "{shown}");
    }
}

struct World {
    clock: ManualClock,
    qelos: FakeQelos,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let qelos = FakeQelos::new(clock.clone());
        Self { clock, qelos }
    }

    fn with_ada() -> Self {
        let world = Self::new();
        world.qelos.add_user(NewUser::new("ada@example.com", PASSWORD));
        world
    }

    async fn connect(&self, settings: &[(&str, &str)]) -> Result<Client<AnyCredential, FakeQelos>, Error> {
        let (qelos, clock) = (self.qelos.clone(), self.clock.clone());
        environment(settings)?.connect_with(|builder| builder.transport(qelos).clock(clock)).await
    }

    fn sign_ins(&self) -> usize {
        self.qelos.count("POST", "/api/signin")
    }
}

#[tokio::test]
async fn an_api_token_goes_before_a_password() {
    let world = World::with_ada();
    let client = world.connect(&[URL, USERNAME, SECRET]).await.unwrap().into_typed::<OAuth>().unwrap();
    let created = client.create_api_token(&NewApiToken::expiring_in("plugin", LIFETIME)).await.unwrap();
    let token = qelos_client::ExposeSecret::expose_secret(&created.token).to_owned();

    let client = world.connect(&[URL, ("QELOS_API_TOKEN", &token), USERNAME, SECRET]).await.unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some("ada@example.com"));
    assert_eq!(world.sign_ins(), 1, "with the password, for the token");
    let refused = client.clone().into_typed::<OAuth>().unwrap_err().to_string();
    assert!(refused.contains("an API token"), "{refused}");
    client.into_typed::<ApiTokenAuth>().unwrap();

    let client = world.connect(&[URL, ("QELOS_API_TOKEN", ""), USERNAME, SECRET]).await.unwrap();
    client.into_typed::<OAuth>().unwrap();
}

#[tokio::test]
async fn a_credential_that_does_not_work_is_found_out_at_once() {
    let world = World::with_ada();
    assert!(world.connect(&[URL, TOKEN]).await.unwrap_err().is_unauthorized());
    assert!(world.connect(&[URL, USERNAME, ("QELOS_PASSWORD", "wrong")]).await.unwrap_err().is_unauthorized());
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_is_followed_by_signing_in_again() {
    let world = World::new();
    let ada = world.qelos.add_user(NewUser::new("ada@example.com", PASSWORD));
    let client = world.connect(&[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.revoke_refresh_tokens(ada);
    world.clock.advance(LIFETIME);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.logged_in_user())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let refreshes = world.qelos.count("POST", "/api/token/refresh");
    assert_eq!(
        (world.sign_ins(), refreshes),
        (2, 3),
        "it may have been refused for no reason, so it is tried twice more"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_is_refused_twice_hears_of_it_once_and_for_all() {
    let world = World::new();
    let ada = world.qelos.add_user(NewUser::new("ada@example.com", PASSWORD));
    let client = world.connect(&[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.delete_user(ada);
    world.clock.advance(LIFETIME);
    for _ in 0..3 {
        let error = client.logged_in_user().await.unwrap_err();
        assert!(error.is_session_ended() && error.to_string().contains("has the password changed?"), "{error}");
    }
    assert_eq!(world.sign_ins(), 2);
}

#[tokio::test]
async fn a_session_stays_in_its_workspace_although_the_server_forgets_it() {
    let world = World::new();
    let ada = world.qelos.add_user(NewUser::new("ada@example.com", PASSWORD));
    world.qelos.add_workspace("One", &[Member::new(ada, &["admin"])]);
    let two = world.qelos.add_workspace("Two", &[Member::new(ada, &["admin"])]);
    let anonymous = Client::builder("https://qelos.test").transport(world.qelos.clone()).clock(world.clock.clone());
    let anonymous = anonymous.build().unwrap();
    let mut sign_in = OAuthSignIn::new("ada@example.com", PASSWORD.into());
    sign_in.workspace = Some(two);

    let (client, _) = anonymous.oauth_signin(&sign_in).await.unwrap();
    let kept = client.sign_in_again_with(OAuthSignIn::new("ada@example.com", PASSWORD.into()));
    for _ in 0..3 {
        world.clock.advance(LIFETIME);
        let me = kept.logged_in_user().await.unwrap();
        let workspace = me.workspace.unwrap();
        assert_eq!((workspace.id, workspace.roles), (two, vec!["admin".to_owned()]));
    }

    let (client, _) = anonymous.oauth_signin(&sign_in).await.unwrap();
    let mut ended = None;
    for _ in 0..3 {
        world.clock.advance(LIFETIME);
        match client.logged_in_user().await {
            Ok(me) => assert_eq!(me.workspace.unwrap().id, two, "never another one, never none"),
            Err(error) => ended = Some(error),
        }
    }
    let ended = ended.unwrap();
    // Five hours later as well: there is nothing left to try again with.
    assert!(ended.is_session_ended() && ended.to_string().contains("has forgotten its workspace"), "{ended}");
}
