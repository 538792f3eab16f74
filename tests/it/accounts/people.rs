//! Signing up, signing in, and a profile.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{OAuthSignIn, OAuthSignUp, SignIn, SignUp, UpdateMe};
use qelos_client::{Client, TransportError};

use crate::world::{ADA, PASSWORD, World, sign_in};

fn bob() -> SignUp {
    let mut bob = SignUp::new("bob@example.com", PASSWORD.into(), "Bob");
    bob.last_name = "Babbage".into();
    bob
}

#[tokio::test]
async fn signing_up_starts_a_session_of_either_kind() {
    let world = World::new();
    let (client, who) = world.anonymous().sign_up(&bob()).await.unwrap();
    assert_eq!(who.user.username.as_deref(), Some("bob@example.com"));
    assert_eq!(client.logged_in_user().await.unwrap().full_name.as_deref(), Some("Bob Babbage"));
    let eve = SignUp::new("eve@example.com", PASSWORD.into(), "Eve");
    let (client, _) = world.anonymous().oauth_sign_up(&OAuthSignUp::from(eve)).await.unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some("eve@example.com"));
    client.refresh_token().await.unwrap();
}

#[tokio::test]
async fn a_failed_sign_up_with_status_200_is_an_error_that_names_the_fields() {
    let world = World::new();
    let mut wrong = bob();
    wrong.password = "short".into();
    wrong.first_name = "José".to_owned();
    let errors = [
        world.anonymous().sign_up(&wrong).await.map(drop).unwrap_err(),
        world.anonymous().oauth_sign_up(&wrong.into()).await.map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.status().unwrap(), 200);
        let api = error.api().unwrap();
        assert_eq!(api.field("password").unwrap().code.as_deref(), Some("INVALID_PASSWORD"));
        assert_eq!(api.field("firstName").unwrap().code.as_deref(), Some("INVALID_NAME"));
        assert!(api.field("email").is_none(), "{error}");
    }
    let taken = SignUp::new(ADA, PASSWORD.into(), "Ada");
    let error = world.anonymous().sign_up(&taken).await.unwrap_err();
    assert!(error.to_string().contains("FORM_SUBMISSION_FAILED"), "{error}");
}

#[tokio::test]
async fn a_blank_username_is_refused_before_sending() {
    let world = World::new();
    let mut blank = bob();
    blank.username = " ".to_owned();
    let nameless = [
        world.anonymous().sign_up(&blank).await.map(drop).unwrap_err(),
        world.anonymous().oauth_sign_in(&OAuthSignIn::new("", PASSWORD.into())).await.map(drop).unwrap_err(),
    ];
    for error in nameless {
        assert!(error.is_encode() && error.to_string().contains("`username`"), "{error}");
    }
    assert_eq!(world.qelos.requests().len(), 0);
}

#[tokio::test]
async fn a_response_without_a_user_is_an_error() {
    let no_user = async |_: Request<Bytes>| {
        let response = Response::builder().header("content-type", "application/json");
        Ok::<_, TransportError>(response.body(Bytes::from_static(br#"{"payload":{}}"#)).unwrap())
    };
    let client = Client::builder("https://qelos.test").transport(no_user).build().unwrap();
    let error = client.sign_up(&bob()).await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("payload"), "{error}");
}

#[tokio::test]
async fn usernames_are_trimmed_and_lowercased() {
    let world = World::new();
    for written in ["ADA@example.com", "  Ada@Example.com "] {
        world.anonymous().sign_in(&SignIn::new(written, PASSWORD.into())).await.unwrap();
        world.anonymous().oauth_sign_in(&OAuthSignIn::new(written, PASSWORD.into())).await.unwrap();
    }
}

#[tokio::test]
async fn logged_in_user_has_the_id_that_a_sign_in_lacks() {
    let world = World::new();
    let (client, who) = world.anonymous().oauth_sign_in(&sign_in()).await.unwrap();
    assert_eq!(who.user.full_name.or(who.user.name).as_deref(), Some("Ada Lovelace"));
    client.refresh_token().await.unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().id, world.ada);
}

#[tokio::test]
async fn a_sign_in_fails_without_the_role_it_asks_for() {
    let world = World::new();
    let with_role = |role: &str| {
        let mut sign_in = sign_in();
        sign_in.roles = vec![role.to_owned()];
        sign_in
    };
    world.anonymous().oauth_sign_in(&with_role("user")).await.unwrap();
    let error = world.anonymous().oauth_sign_in(&with_role("admin")).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}

#[tokio::test]
async fn only_the_given_fields_of_a_profile_change() {
    let world = World::new();
    let client = world.oauth().await;
    let before = client.logged_in_user().await.unwrap();
    let mut changes = UpdateMe::default();
    changes.last_name = Some("King".to_owned());
    changes.birth_date = Some("1990-05-17".to_owned());
    let response = client.update_logged_in_user(&changes).await.unwrap();
    let me = client.logged_in_user().await.unwrap();
    assert_eq!((me.last_name.as_deref(), &me.username, &me.email), (Some("King"), &before.username, &before.email));
    assert_eq!(me.birth_date.as_deref(), Some("1990-04-04"), "the server mangles dates, so they are text");
    assert_eq!(response, me);

    let mut nonsense = UpdateMe::default();
    nonsense.birth_date = Some("in spring".to_owned());
    let me = client.update_logged_in_user(&nonsense).await.unwrap();
    assert_eq!(me.birth_date.as_deref(), Some("NaN-NaN-NaN"), "reading it is no error");
}

#[tokio::test]
async fn a_session_survives_a_new_password() {
    let world = World::new();
    let client = world.oauth().await;
    let mut changes = UpdateMe::default();
    changes.password = Some("another-password".into());
    client.update_logged_in_user(&changes).await.unwrap();
    client.refresh_token().await.unwrap();
    assert!(world.anonymous().oauth_sign_in(&sign_in()).await.unwrap_err().is_unauthorized());
}

/// The log of a subscriber.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_lost_email_address_is_warned_about() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let text = || String::from_utf8(log.0.lock().unwrap().clone()).unwrap();

    let world = World::new();
    world.anonymous().sign_up(&bob()).await.unwrap();
    let same = SignUp::new("Eve@Example.com", PASSWORD.into(), "Eve");
    world.anonymous().oauth_sign_up(&same.into()).await.unwrap();
    assert_eq!(text(), "", "the address is the username");

    let mut other = SignUp::new("carol@example.com", PASSWORD.into(), "Carol");
    other.username = "carol".to_owned();
    let (_, who) = world.anonymous().sign_up(&other).await.unwrap();
    assert_eq!(who.user.email.as_deref(), Some("carol@null"));
    assert!(text().contains("WARN") && text().contains("the e-mail address was not stored"), "{}", text());
    assert!(!text().contains("carol"), "{}", text());
}
