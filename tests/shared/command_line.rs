//! The example of a command-line tool, as processes of their own.

use std::path::Path;
use std::process::Output;

use tokio::process::Command;

use crate::authorization_server::{LIFETIME, Server, USER_CODE};

async fn run(url: &str, arguments: &[&str], configuration: &Path) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_command-line"));
    tool.arg(url).args(arguments).env("XDG_CONFIG_HOME", configuration).output().await.unwrap()
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
