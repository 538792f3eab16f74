//! A program finds its server and its credential in the environment, as plugins of Qelos do.

use std::ffi::OsString;

use qelos_client::store::FileTokenStore;
use qelos_client::testing::FakeQelos;
use qelos_client::{AnyCredential, ApiTokenAuth, Client, Environment, Error, ExposeSecret, NewApiToken, OAuth};

use crate::world::{ADA, LIFETIME, PASSWORD, World};

fn environment(settings: &[(&str, &str)]) -> Result<Environment, Error> {
    Environment::read_from(|name| {
        settings.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    })
}

const URL: (&str, &str) = ("QELOS_URL", "https://qelos.test");
const USERNAME: (&str, &str) = ("QELOS_USERNAME", ADA);
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

async fn connect(world: &World, settings: &[(&str, &str)]) -> Result<Client<AnyCredential, FakeQelos>, Error> {
    let (qelos, clock) = (world.qelos.clone(), world.clock.clone());
    environment(settings)?.connect_with(|builder| builder.transport(qelos).clock(clock)).await
}

fn sign_ins(world: &World) -> usize {
    world.qelos.count("POST", "/api/signin")
}

#[tokio::test]
async fn an_api_token_goes_before_a_password() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap().into_typed::<OAuth>().unwrap();
    let created = client.create_api_token(&NewApiToken::expiring_in("plugin", LIFETIME)).await.unwrap();
    let token = created.token.expose_secret().to_owned();

    let client = connect(&world, &[URL, ("QELOS_API_TOKEN", &token), USERNAME, SECRET]).await.unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some(ADA));
    assert_eq!(sign_ins(&world), 1, "with the password, for the token");
    let refused = client.clone().into_typed::<OAuth>().unwrap_err().to_string();
    assert!(refused.contains("an API token"), "{refused}");
    client.into_typed::<ApiTokenAuth>().unwrap();

    let client = connect(&world, &[URL, ("QELOS_API_TOKEN", ""), USERNAME, SECRET]).await.unwrap();
    client.into_typed::<OAuth>().unwrap();
}

#[tokio::test]
async fn a_credential_that_does_not_work_is_found_out_at_once() {
    let world = World::new();
    assert!(connect(&world, &[URL, TOKEN]).await.unwrap_err().is_unauthorized());
    assert!(connect(&world, &[URL, USERNAME, ("QELOS_PASSWORD", "wrong")]).await.unwrap_err().is_unauthorized());
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_is_followed_by_signing_in_again() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.revoke_refresh_tokens(world.ada);
    world.clock.advance(LIFETIME);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.logged_in_user())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let refreshes = world.qelos.count("POST", "/api/token/refresh");
    let why = "it may have been refused for no reason, so it is tried four times more";
    assert_eq!((sign_ins(&world), refreshes), (2, 5), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_refused_for_no_reason_is_survived() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.spurious_refresh_refusals(1);
    world.clock.advance(LIFETIME);
    client.logged_in_user().await.unwrap();
    assert_eq!(sign_ins(&world), 1, "the same token is good the second time");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_refused_twice_hears_of_it_once_and_for_all() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.delete_user(world.ada);
    world.clock.advance(LIFETIME);
    for _ in 0..3 {
        let error = client.logged_in_user().await.unwrap_err();
        assert!(error.is_session_ended() && error.to_string().contains("has the password changed?"), "{error}");
    }
    assert_eq!(sign_ins(&world), 2);
}

#[tokio::test]
async fn replicas_of_a_program_share_one_session_and_so_does_its_next_start() {
    let world = World::new();
    let directory = tempfile::tempdir().unwrap();
    let start = async |settings| {
        let store = FileTokenStore::new(directory.path().join("session.json"));
        let (qelos, clock) = (world.qelos.clone(), world.clock.clone());
        let environment = environment(settings).unwrap().keep_in(store);
        environment.connect_with(|builder| builder.transport(qelos).clock(clock)).await
    };
    let settings = &[URL, USERNAME, SECRET];
    let replicas = [start(settings).await.unwrap(), start(settings).await.unwrap()];
    world.clock.advance(LIFETIME);
    for replica in replicas {
        replica.logged_in_user().await.unwrap();
    }
    world.clock.advance(LIFETIME);
    start(settings).await.unwrap();
    assert_eq!((sign_ins(&world), world.qelos.count("POST", "/api/token/refresh")), (1, 2));

    let nowhere = environment(settings).unwrap().keep_in(FileTokenStore::new("/nowhere/session.json"));
    let refused = nowhere.connect_with(|builder| builder.transport(world.qelos.clone())).await.unwrap_err();
    assert!(refused.is_store() && refused.hint().is_none(), "{refused}");
    assert_eq!(sign_ins(&world), 1, "nobody signs in for a store that cannot be used");

    let unknown = start(&[URL, TOKEN]).await.unwrap_err();
    assert!(unknown.is_unauthorized(), "a token is what it is, whatever is in the store: {unknown}");
}
