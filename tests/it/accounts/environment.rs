//! The server and the credential of a program come from environment variables, as for plugins of Qelos.

use std::ffi::OsString;
use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::store::FileTokenStore;
use qelos_client::testing::FakeQelos;
use qelos_client::{
    AnyCredential, ApiTokenAuth, Client, Environment, Error, ExposeSecret, NewApiToken, OAuth, TransportError,
    WorkspaceId,
};

use crate::world::{ADA, DAY, LIFETIME, PASSWORD, TRIES, World};

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
fn one_error_lists_missing_and_found_variables_and_no_value() {
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

const ID: &str = "6b01d2eb627f2972a3746020";

#[test]
fn blanks_and_line_breaks_around_a_value_are_cut_off() {
    for (before, after) in [("", "\n"), ("", "\r\n"), (" ", "\t\n\n"), ("\n\u{a0}", " ")] {
        let around = |value| format!("{before}{value}{after}");
        let workspace = around(ID);
        let (url, token, allow) = (around("https://qelos.test"), around("ql_1"), around("1"));
        let settings = [("QELOS_URL", &*url), ("QELOS_API_TOKEN", &token), ("QELOS_WORKSPACE", &workspace)];
        let read = environment(&[&settings[..], &[("QELOS_ALLOW_PLAIN_HTTP", &allow)]].concat()).unwrap();
        assert_eq!(read.base_url().as_str(), "https://qelos.test");
        let shown = format!("{read:?}");
        assert!(shown.contains(ID) && shown.contains("plain_http: true"), "{shown}");
        environment(&[URL, ("QELOS_USERNAME", &around(ADA)), SECRET]).unwrap();
    }
}

#[test]
fn quotes_and_byte_order_marks_are_errors_that_show_no_value() {
    for value in ["https://hunter2.test", "ql_hunter2", "hunter2", ID, "1"] {
        for (around, told) in [
            (format!("\"{value}\""), "is in quotes"),
            (format!("'{value}' \n"), "is in quotes"),
            (format!("\u{feff}{value}"), "holds a byte order mark (U+FEFF)"),
        ] {
            for name in ["QELOS_URL", "QELOS_API_TOKEN", "QELOS_USERNAME", "QELOS_WORKSPACE", "QELOS_ALLOW_PLAIN_HTTP"]
            {
                // The first value decides, and with an API token the username is not read.
                let login = if name == "QELOS_USERNAME" { SECRET } else { TOKEN };
                let error = environment(&[(name, &around), URL, login]).unwrap_err().to_string();
                assert!(error.starts_with(&format!("{name} {told}")), "{error}");
                assert!(!error.contains("hunter2") && !error.contains(ID), "{error}");
            }
        }
    }
}

#[test]
fn an_invalid_value_is_an_error_that_names_its_variable() {
    let told = |name, value| environment(&[(name, value), URL, TOKEN]).unwrap_err().to_string();
    let no_id = "QELOS_WORKSPACE is not the id of a workspace: an id is 24 hexadecimal digits";
    for value in ["hunter2", "6b01d2eb627f2972a374602", "6b01d2eb627f2972a374602g"] {
        assert_eq!(told("QELOS_WORKSPACE", value), no_id);
    }
    for value in ["yes", "True", "on", "2"] {
        let told = told("QELOS_ALLOW_PLAIN_HTTP", value);
        assert!(told.starts_with("QELOS_ALLOW_PLAIN_HTTP is neither yes nor no: write `1` or `true`"), "{told}");
    }
    for token in ["ql_1 ql_2", "ql_1\nql_2"] {
        let told = told("QELOS_API_TOKEN", token);
        assert!(told.starts_with("QELOS_API_TOKEN: the API token contains a"), "{told}");
    }
    assert!(told("QELOS_URL", "http://1.2.3").starts_with("QELOS_URL is not the URL of a server: its host ends in a"));
    environment(&[URL, TOKEN, ("QELOS_WORKSPACE", ""), ("QELOS_ALLOW_PLAIN_HTTP", " ")]).unwrap();
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_unicode_is_an_error() {
    use std::os::unix::ffi::OsStringExt;

    let error = Environment::read_from(|name| match name {
        "QELOS_URL" => Some("https://qelos.test".into()),
        "QELOS_API_TOKEN" => Some("ql_1".into()),
        "QELOS_WORKSPACE" => Some(OsString::from_vec(vec![0xff])),
        _ => None,
    });
    let told = "not valid Unicode: QELOS_WORKSPACE; found: QELOS_URL, QELOS_API_TOKEN";
    assert_eq!(error.unwrap_err().to_string(), format!("the environment does not say how to connect: {told}"));
}

#[test]
fn debug_of_an_environment_shows_no_secret() {
    for settings in [&[URL, TOKEN][..], &[URL, USERNAME, SECRET]] {
        let shown = format!("{:?}", environment(settings).unwrap());
        assert!(shown.contains("qelos.test") && !shown.contains("hunter2"), "{shown}");
    }
}

async fn connect(world: &World, settings: &[(&str, &str)]) -> Result<Client<AnyCredential, FakeQelos>, Error> {
    let (qelos, clock) = (world.qelos.clone(), world.client_clock.clone());
    environment(settings)?.connect_with(|builder| builder.transport(qelos).clock(clock)).await
}

#[tokio::test]
async fn an_api_token_is_preferred_to_a_password() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap().into_typed::<OAuth>().unwrap();
    let created = client.create_api_token(&NewApiToken::expiring_in("plugin", LIFETIME)).await.unwrap();
    let token = created.token.expose_secret().to_owned();

    let client = connect(&world, &[URL, ("QELOS_API_TOKEN", &token), USERNAME, SECRET]).await.unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some(ADA));
    assert_eq!(world.sign_ins(), 1, "only the one with the password");
    let refused = client.clone().into_typed::<OAuth>().unwrap_err().to_string();
    assert!(refused.contains("an API token"), "{refused}");
    client.into_typed::<ApiTokenAuth>().unwrap();

    let client = connect(&world, &[URL, ("QELOS_API_TOKEN", ""), USERNAME, SECRET]).await.unwrap();
    client.into_typed::<OAuth>().unwrap();
}

#[tokio::test]
async fn connecting_fails_with_a_bad_credential() {
    let world = World::new();
    assert!(connect(&world, &[URL, TOKEN]).await.unwrap_err().is_unauthorized());
    assert!(connect(&world, &[URL, USERNAME, ("QELOS_PASSWORD", "wrong")]).await.unwrap_err().is_unauthorized());
}

/// The log that is written while the variables are read.
fn log_of(settings: &[(&str, &str)]) -> String {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || environment(settings).unwrap());
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

/// The password as the server receives it, which refuses it, and the error of the program.
async fn refused(password: &str) -> (String, Error) {
    let sent = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&sent);
    let server = move |request: Request<Bytes>| {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        body["password"].as_str().unwrap().clone_into(&mut seen.lock().unwrap());
        let refusal = Bytes::from_static(br#"{"errors":{"general":{"message":"Invalid username or password"}}}"#);
        ready(Ok::<_, TransportError>(Response::builder().status(401).body(refusal).unwrap()))
    };
    let environment = environment(&[URL, USERNAME, ("QELOS_PASSWORD", password)]).unwrap();
    let error = environment.connect_with(|builder| builder.transport(server)).await.unwrap_err();
    let sent = sent.lock().unwrap().clone();
    (sent, error)
}

#[tokio::test]
async fn one_line_break_after_the_password_is_cut_off() {
    for (given, sent) in [("pw\n", "pw"), ("pw\r\n", "pw"), ("pw\n\n", "pw\n"), (" p\nw ", " p\nw ")] {
        assert_eq!(refused(given).await.0, sent);
        let log = log_of(&[URL, USERNAME, ("QELOS_PASSWORD", given)]);
        assert_eq!(
            log.contains("WARN") && log.contains("QELOS_PASSWORD ends with a line break"),
            given != sent,
            "{log}"
        );
        assert!(!log.contains("pw"), "{log}");
    }
}

#[tokio::test]
async fn an_unusual_password_is_sent_unchanged_and_explained_when_refused() {
    let broken = "ends with a line break, which was cut off";
    for (password, told) in [
        (" hunter2", "begins or ends with a blank"),
        ("hunter2 ", "begins or ends with a blank"),
        ("hunter2\n\n", "ends with a line break, which was cut off, and it begins or ends with a blank"),
        ("hunter2\n", broken),
        ("\"hunter2\"", "is in quotes, as in an env file that was read literally"),
        (" 'hunter2' ", "begins or ends with a blank, and it is in quotes"),
        ("\u{feff}hunter2", "holds a byte order mark (U+FEFF)"),
    ] {
        let (sent, error) = refused(password).await;
        assert!(sent == password || told.starts_with(broken), "{sent:?}");
        let hint = error.hint().unwrap();
        assert!(error.is_unauthorized() && !error.to_string().contains("hunter2"), "{error}");
        assert!(hint.starts_with(&format!("check the password: QELOS_PASSWORD {told}")), "{hint}");
    }
    assert_eq!(refused("\"hunter\"2 'x'").await.1.hint(), None, "quotes and blanks inside of a password are usual");
}

#[tokio::test]
async fn plain_http_to_another_machine_is_allowed_by_a_variable_or_by_the_builder() {
    let world = World::new();
    let settings = [("QELOS_URL", "http://qelos.default.svc:3000"), USERNAME, SECRET];
    let refused = connect(&world, &settings).await.unwrap_err();
    assert!(refused.is_plaintext(), "{refused}");
    assert_eq!(refused.hint().unwrap(), "use an https URL in QELOS_URL, or allow it with `QELOS_ALLOW_PLAIN_HTTP=1`");
    for (said, allowed) in [("1", true), ("true", true), ("0", false), ("false", false), ("", false)] {
        let settings = [&settings[..], &[("QELOS_ALLOW_PLAIN_HTTP", said)]].concat();
        assert_eq!(connect(&world, &settings).await.is_ok(), allowed, "{said}");
    }
    let by_builder = environment(&settings).unwrap().connect_with(|builder| {
        builder.danger_allow_plain_http().transport(world.qelos.clone()).clock(world.client_clock.clone())
    });
    by_builder.await.unwrap();
}

#[tokio::test]
async fn configuring_the_builder_can_keep_the_default_transport() {
    let world = World::new();
    let server = world.qelos.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = server.base_url();
    let settings = [("QELOS_URL", url.as_str()), USERNAME, SECRET];
    let (read, clock) = (environment(&settings).unwrap(), world.client_clock.clone());
    let configured = read
        .clone()
        .connect_with(|builder| builder.deadline(Duration::from_secs(20)).clock(clock).danger_allow_plain_http());
    let client: Client<AnyCredential> = configured.await.unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some(ADA));

    let qelos = world.qelos.clone();
    let client: Client<AnyCredential, FakeQelos> = read.connect_with(|builder| builder.transport(qelos)).await.unwrap();
    drop(client);
}

fn expecting(settings: &[(&str, &str)], workspace: WorkspaceId) -> Result<Environment, Error> {
    environment(&[settings, &[("QELOS_WORKSPACE", workspace.as_str())]].concat())
}

#[tokio::test]
async fn a_session_works_in_the_expected_workspace() {
    let world = World::new();
    let (one, two, foreign) = (world.workspace("One"), world.workspace("Two"), world.foreign_workspace());
    let connect = async |environment: Environment| {
        let (qelos, clock) = (world.qelos.clone(), world.client_clock.clone());
        environment.connect_with(|builder| builder.transport(qelos).clock(clock)).await
    };
    let settings = [URL, USERNAME, SECRET];
    let client = connect(expecting(&settings, two).unwrap()).await.unwrap();
    for _ in 0..3 {
        assert_eq!(client.logged_in_user().await.unwrap().workspace.unwrap().id, two);
        world.pass(LIFETIME);
    }
    let client = connect(expecting(&settings, two).unwrap().in_workspace(one)).await.unwrap();
    assert_eq!(
        client.logged_in_user().await.unwrap().workspace.unwrap().id,
        one,
        "the program takes precedence over the variable"
    );
    let error = connect(expecting(&settings, foreign).unwrap()).await.unwrap_err();
    assert!(error.is_workspace_mismatch(), "{error}");
    assert!(error.hint().unwrap().contains("that the user is not a member of"), "{error}");
}

#[tokio::test]
async fn an_api_token_has_to_be_locked_to_the_expected_workspace() {
    let world = World::new();
    let (one, two) = (world.workspace("One"), world.workspace("Two"));
    let session = world.oauth().await;
    let unlocked = session.create_api_token(&NewApiToken::expiring_in("unlocked", DAY)).await.unwrap().token;
    let locked = NewApiToken::expiring_in("locked", DAY).in_workspace(two);
    let locked = session.create_api_token(&locked).await.unwrap().token;
    let connect = async |token: &str, workspace| {
        let (qelos, clock) = (world.qelos.clone(), world.client_clock.clone());
        let environment = expecting(&[URL, ("QELOS_API_TOKEN", token)], workspace).unwrap();
        environment.connect_with(|builder| builder.transport(qelos).clock(clock)).await
    };
    connect(locked.expose_secret(), two).await.unwrap();
    for (token, workspace) in [(&locked, one), (&unlocked, one), (&unlocked, two)] {
        let error = connect(token.expose_secret(), workspace).await.unwrap_err();
        assert!(error.is_workspace_mismatch(), "{error}");
        assert!(
            error.hint().unwrap().starts_with("the API token is locked to another workspace, or to none"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_stored_session_in_another_workspace_is_an_error() {
    let world = World::new();
    let (one, two) = (world.workspace("One"), world.workspace("Two"));
    let directory = tempfile::tempdir().unwrap();
    let start = async |workspace| {
        let store = FileTokenStore::new(directory.path().join("session.json"));
        let (qelos, clock) = (world.qelos.clone(), world.client_clock.clone());
        let environment = expecting(&[URL, USERNAME, SECRET], workspace).unwrap().keep_in(store);
        environment.connect_with(|builder| builder.transport(qelos).clock(clock)).await
    };
    let client = start(one).await.unwrap();
    start(one).await.unwrap();
    assert_eq!(world.sign_ins(), 1, "the second start continues the session");
    let error = start(two).await.unwrap_err();
    assert!(error.is_workspace_mismatch(), "{error}");
    assert!(error.hint().unwrap().starts_with("the session in the token store is in another workspace"), "{error}");
    assert_eq!(client.logged_in_user().await.unwrap().workspace.unwrap().id, one);
    assert_eq!(world.sign_ins(), 1, "the session of the other program is not changed");
}

#[tokio::test(start_paused = true)]
async fn a_refused_renewal_is_followed_by_a_sign_in() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.revoke_refresh_tokens(world.ada);
    world.pass(LIFETIME);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.logged_in_user())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let why = "a refusal may be spurious, so the renewal is sent four times more";
    assert_eq!((world.sign_ins(), world.refreshes()), (2, TRIES), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_spurious_refusal_of_a_renewal_is_retried() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.spurious_refresh_refusals(1);
    world.pass(LIFETIME);
    client.logged_in_user().await.unwrap();
    assert_eq!(world.sign_ins(), 1, "the same refresh token is accepted the second time");
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_when_renewal_and_sign_in_are_refused() {
    let world = World::new();
    let client = connect(&world, &[URL, USERNAME, SECRET]).await.unwrap();
    world.qelos.delete_user(world.ada);
    world.pass(LIFETIME);
    for _ in 0..3 {
        let error = client.logged_in_user().await.unwrap_err();
        assert!(error.is_session_ended() && error.to_string().contains("has the password changed?"), "{error}");
    }
    assert_eq!(world.sign_ins(), 2);
}

#[tokio::test]
async fn replicas_and_the_next_start_share_one_session() {
    let world = World::new();
    let directory = tempfile::tempdir().unwrap();
    let start = async |settings| {
        let store = FileTokenStore::new(directory.path().join("session.json"));
        let (qelos, clock) = (world.qelos.clone(), world.client_clock.clone());
        let environment = environment(settings).unwrap().keep_in(store);
        environment.connect_with(|builder| builder.transport(qelos).clock(clock)).await
    };
    let settings = &[URL, USERNAME, SECRET];
    let replicas = [start(settings).await.unwrap(), start(settings).await.unwrap()];
    world.pass(LIFETIME);
    for replica in replicas {
        replica.logged_in_user().await.unwrap();
    }
    world.pass(LIFETIME);
    start(settings).await.unwrap();
    assert_eq!((world.sign_ins(), world.refreshes()), (1, 2));

    let nowhere = environment(settings).unwrap().keep_in(FileTokenStore::new("/nowhere/session.json"));
    let refused = nowhere.connect_with(|builder| builder.transport(world.qelos.clone())).await.unwrap_err();
    assert!(refused.is_store() && refused.hint().is_none(), "{refused}");
    assert_eq!(world.sign_ins(), 1, "no sign-in is sent when the store cannot be used");

    let unknown = start(&[URL, TOKEN]).await.unwrap_err();
    assert!(unknown.is_unauthorized(), "an API token is used alone, also beside a session in the store: {unknown}");
}
