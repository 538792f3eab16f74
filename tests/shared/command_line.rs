//! The example of a command-line tool, as processes of their own.

use std::path::Path;
use std::process::{Output, Stdio};

use tokio::process::Command;

use crate::authorization_server::{LIFETIME, Server, USER_CODE};
use crate::outages::signal;

fn tool(url: &str, arguments: &[&str], configuration: &Path) -> Command {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_command-line"));
    tool.arg(url).args(arguments).env("XDG_CONFIG_HOME", configuration);
    tool
}

async fn run(url: &str, arguments: &[&str], configuration: &Path) -> Output {
    tool(url, arguments, configuration).output().await.unwrap()
}

fn shown(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn two_runs_at_once_share_the_session_of_an_earlier_run() {
    let (server, home) = (Server::new(), tempfile::tempdir().unwrap());
    let (url, _listening) = server.clone().listen().await;
    let (ended_well, output, prompt) = shown(&run(&url, &[], home.path()).await);
    assert!(ended_well && output == "signed in as ada\n", "{output}{prompt}");
    assert!(prompt.contains(USER_CODE), "{prompt}");

    for expiry in 1..=3 {
        server.clock.advance(LIFETIME);
        let (one, other) = tokio::join!(run(&url, &[], home.path()), run(&url, &[], home.path()));
        for output in [one, other] {
            assert_eq!(shown(&output), (true, "signed in as ada\n".to_owned(), String::new()));
        }
        assert_eq!(server.renewals(), 1 + expiry, "one for both, after the one that signed in");
    }

    let (ended_well, output, _) = shown(&run(&url, &["logout"], home.path()).await);
    assert!(ended_well && output == "signed out\n", "{output}");
    assert_eq!(server.state().revoked.len(), 1);
    let (_, _, prompt) = shown(&run(&url, &[], home.path()).await);
    assert!(prompt.contains(USER_CODE), "the session has ended: {prompt}");
}

#[tokio::test]
async fn a_run_after_the_session_has_ended_signs_in_again() {
    let (server, home) = (Server::new(), tempfile::tempdir().unwrap());
    let (url, _listening) = server.clone().listen().await;
    run(&url, &[], home.path()).await;

    server.revoke_all();
    server.clock.advance(LIFETIME);
    let (ended_well, output, prompt) = shown(&run(&url, &[], home.path()).await);
    assert!(ended_well && output == "signed in as ada\n", "{output}{prompt}");
    assert!(prompt.contains("the session has ended") && prompt.contains(USER_CODE), "{prompt}");

    let kept = shown(&run(&url, &[], home.path()).await);
    assert_eq!(
        kept,
        (true, "signed in as ada\n".to_owned(), String::new()),
        "the new session has replaced the one that has ended"
    );
}

#[tokio::test]
async fn the_exit_code_says_that_the_arguments_are_wrong() {
    let home = tempfile::tempdir().unwrap();
    let output = run("https://acme.example", &["log-out"], home.path()).await;
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true));
    assert!(shown(&output).2.starts_with("usage: "));
}

#[tokio::test]
async fn a_reader_that_has_gone_is_an_error_and_no_panic() {
    let (server, home) = (Server::new(), tempfile::tempdir().unwrap());
    let (url, _listening) = server.clone().listen().await;
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let running = tool(&url, &[], home.path()).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let output = running.wait_with_output().await.unwrap();
    let errors = shown(&output).2;
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.ends_with("Broken pipe (os error 32)\n"), "{errors}");
    let next = shown(&run(&url, &[], home.path()).await);
    assert_eq!(next, (true, "signed in as ada\n".to_owned(), String::new()), "the session was kept before");
}

#[tokio::test]
async fn ctrl_c_ends_a_run_after_the_renewal_that_it_has_begun() {
    let (server, home) = (Server::new(), tempfile::tempdir().unwrap());
    let (url, _listening) = server.clone().listen().await;
    run(&url, &[], home.path()).await;

    server.clock.advance(LIFETIME);
    let held_back = server.gate.acquire().await.unwrap();
    let interrupted = tool(&url, &[], home.path()).stdout(Stdio::piped()).spawn().unwrap();
    while server.renewals() < 2 {
        tokio::task::yield_now().await;
    }
    signal("INT", interrupted.id().unwrap()).await;
    drop(held_back);
    let output = interrupted.wait_with_output().await.unwrap();
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(130), true));

    let next = shown(&run(&url, &[], home.path()).await);
    assert_eq!(next, (true, "signed in as ada\n".to_owned(), String::new()), "the new tokens are in the store");
    assert_eq!(server.renewals(), 2);
}
