//! The server, as a process of its own.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::machine::{Requirement, folder, has_node};

pub(crate) struct Server {
    pub(crate) issuer: String,
    /// Dropping this kills the server.
    _process: Child,
}

impl Server {
    /// Starts a server. `None` on a machine without Node.js or the package: the test is left out with a message. It fails
    /// instead when `QELOS_TESTS_REQUIRE` contains `oidc-provider`.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let requirement = Requirement {
            name: "oidc-provider",
            missing: "Node.js and `npm ci` in `tests/conformance`",
            is_met: folder().join("node_modules/oidc-provider").is_dir() && has_node(),
        };
        if requirement.allows(test) { Some(run(&folder()).await) } else { None }
    }
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
