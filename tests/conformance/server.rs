//! The server, as a process of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// What a machine may lack.
const MISSING: &str = "Node.js and `npm ci` in `tests/conformance`";

pub(crate) struct Server {
    pub(crate) issuer: String,
    /// Dropping this kills the server.
    _process: Child,
}

impl Server {
    /// Starts a server. `None` on a machine without Node.js or the package: the test is left out with a message. It fails
    /// instead when `QELOS_TESTS_REQUIRE` contains `oidc-provider`.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
        let is_installed = folder.join("node_modules/oidc-provider").is_dir();
        let has_runtime = || Command::new("node").arg("--version").stdout(Stdio::null()).spawn().is_ok();
        if is_installed && has_runtime() {
            return Some(run(&folder).await);
        }
        let required = std::env::var("QELOS_TESTS_REQUIRE").is_ok_and(|required| required.contains("oidc-provider"));
        assert!(!required, "`{test}` needs {MISSING}, and QELOS_TESTS_REQUIRE asks for it");
        left_out(test);
        None
    }
}

/// Prints that the test was left out. The test harness does not capture this, because it would hide the output of a
/// passing test.
#[allow(clippy::explicit_write, reason = "`eprintln!` is what the harness captures")]
fn left_out(test: &str) {
    writeln!(std::io::stderr(), "left out: `{test}` needs {MISSING}").unwrap();
}

/// Starts the process, and waits until it is ready.
async fn run(folder: &Path) -> Server {
    let mut process = Command::new("node")
        .arg("server.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut log = BufReader::new(process.stdout.take().unwrap()).lines();
    while let Some(line) = log.next_line().await.unwrap() {
        if let Some(issuer) = line.strip_prefix("listening ") {
            // Read and drop the rest of the log, so that the server never waits for a reader.
            tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
            return Server { issuer: issuer.to_owned(), _process: process };
        }
    }
    panic!("the server has stopped before it was ready");
}
