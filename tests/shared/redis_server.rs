//! A real Redis server for a test, on a socket in a directory of its own.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct RedisServer {
    /// It is killed when it is dropped.
    _process: Child,
    directory: TempDir,
}

impl RedisServer {
    /// `None` on a machine without the program: then the test is left out and says so, unless `QELOS_TESTS_REQUIRE` has
    /// `redis` in it.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("redis.sock");
        let started = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(&socket)
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut process = match started {
            Ok(process) => process,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let required = std::env::var("QELOS_TESTS_REQUIRE").is_ok_and(|required| required.contains("redis"));
                assert!(!required, "`{test}` needs the program `redis-server`, and QELOS_TESTS_REQUIRE asks for it");
                left_out(test);
                return None;
            }
            Err(error) => panic!("redis-server cannot be started: {error}"),
        };
        let mut log = BufReader::new(process.stdout.take().unwrap()).lines();
        while let Some(line) = log.next_line().await.unwrap() {
            if line.to_lowercase().contains("ready to accept connections") {
                // What it says later is read and thrown away, so that it never waits for a reader.
                tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
                return Some(Self { _process: process, directory });
            }
        }
        panic!("redis-server stopped before it was ready");
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }

    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }
}

/// Says so past the test harness, which keeps what a test prints to itself when it passes.
#[allow(clippy::explicit_write, reason = "`eprintln!` is what the harness captures")]
fn left_out(test: &str) {
    writeln!(std::io::stderr(), "left out: `{test}` needs the program `redis-server`").unwrap();
}
