//! The stories of the official SDKs, each a program of its own.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::machine::{Requirement, folder};
use crate::sdks::recorder::Recorder;

/// How long a story may take: a call that hangs shall fail the test.
const LIMIT: Duration = Duration::from_mins(1);

/// What a call gave its caller.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Resolved(Value),
    Rejected(Rejected),
    /// The client has no such call.
    Missing(String),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Rejected {
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) details: Option<Value>,
}

/// A line that a story prints.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    pub(crate) step: String,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

fn python() -> PathBuf {
    folder().join(".venv/bin/python")
}

/// What the stories need.
pub(crate) fn requirement() -> Requirement {
    let installed =
        ["node_modules/@qelos/sdk", "node_modules/esbuild"].iter().all(|package| folder().join(package).is_dir());
    Requirement {
        name: "sdks",
        missing: "Node.js, `npm ci`, and `pip install --require-hashes -r requirements.txt` in `.venv`, in `tests/conformance`",
        is_met: installed && crate::machine::has_node() && python().is_file(),
    }
}

/// Runs the story in the SDK for TypeScript.
pub(crate) async fn typescript(recorder: &Recorder) -> Vec<Told> {
    let mut esbuild = Command::new("node");
    esbuild.args(["node_modules/esbuild/bin/esbuild", "sdks/story.mjs", "--bundle", "--platform=node", "--format=esm"]);
    let bundled = esbuild.current_dir(folder()).output().await.unwrap();
    assert!(bundled.status.success(), "{}", String::from_utf8_lossy(&bundled.stderr));
    let mut node = Command::new("node");
    run(node.arg("--input-type=module"), bundled.stdout, recorder).await
}

/// Runs the story in the SDK for Python.
pub(crate) async fn python_sdk(recorder: &Recorder) -> Vec<Told> {
    let mut python = Command::new(python());
    // Each of its clients reads all certificates, which would take most of the time. Nothing is encrypted here, and this folder has
    // none.
    python.env_remove("SSL_CERT_FILE").env("SSL_CERT_DIR", folder());
    run(python.arg("sdks/story.py"), Vec::new(), recorder).await
}

async fn run(program: &mut Command, input: Vec<u8>, recorder: &Recorder) -> Vec<Told> {
    for proxy in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        program.env_remove(proxy);
    }
    program
        .current_dir(folder())
        .env("QELOS_URL", &recorder.url)
        .env("QELOS_CHAT", recorder.chat.to_string())
        .env("PYTHONIOENCODING", "utf-8")
        .kill_on_drop(true);
    let program = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&input).await.unwrap();
    let ended = tokio::time::timeout(LIMIT, child.wait_with_output()).await.expect("the story does not end").unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let printed = String::from_utf8(ended.stdout).unwrap();
    printed.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}
