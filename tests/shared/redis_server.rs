//! A real Redis server for a test. Its socket and its data are in a directory of its own.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

const SOCKET: &str = "redis.sock";

pub(crate) struct RedisServer {
    /// Dropping this kills the server.
    process: Child,
    directory: TempDir,
}

impl RedisServer {
    /// Starts a server. `None` on a machine without the program: the test is skipped with a message. It fails instead
    /// when `QELOS_TESTS_REQUIRE` contains `redis`.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        match run(&directory).await {
            Ok(process) => Some(Self { process, directory }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let required = std::env::var("QELOS_TESTS_REQUIRE").is_ok_and(|required| required.contains("redis"));
                assert!(!required, "`{test}` needs the program `redis-server`, and QELOS_TESTS_REQUIRE asks for it");
                left_out(test);
                None
            }
            Err(error) => panic!("redis-server cannot be started: {error}"),
        }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id().unwrap()
    }

    /// Kills the server at once. Its data stays for a restart.
    pub(crate) async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }

    pub(crate) async fn restart(&mut self) {
        self.process = run(&self.directory).await.unwrap();
    }

    /// Runs a command that a store does not need.
    pub(crate) async fn command(&self, words: &[&str]) -> String {
        let output = Command::new("redis-cli").arg("-s").arg(self.socket()).args(words).output();
        String::from_utf8(output.await.unwrap().stdout).unwrap()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.path().join(SOCKET)
    }

    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }
}

/// Starts the process, and waits until it is ready.
async fn run(directory: &TempDir) -> std::io::Result<Child> {
    let mut process = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "yes", "--unixsocket"])
        .arg(directory.path().join(SOCKET))
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut log = BufReader::new(process.stdout.take().unwrap()).lines();
    while let Some(line) = log.next_line().await? {
        if line.to_lowercase().contains("ready to accept connections") {
            // Read and drop the rest of the log, so that the server never waits for a reader.
            tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
            return Ok(process);
        }
    }
    panic!("redis-server stopped before it was ready");
}

/// Prints that the test was skipped. The test harness does not capture this, because it would hide the output of a
/// passing test.
#[allow(clippy::explicit_write, reason = "`eprintln!` is what the harness captures")]
fn left_out(test: &str) {
    writeln!(std::io::stderr(), "left out: `{test}` needs the program `redis-server`").unwrap();
}
