//! Instructions of one call, or of one renewal, when there is more of something. A cost that is flat stays within 5 %.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use qelos_client::auth::{SatisfiedBy, SignedIn};
use qelos_client::store::FileTokenStore;
use qelos_client::{Client, Credential, OAuth};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::backend::{InProcess, VALID};
use crate::contenders::ours::GetMe;
use crate::cost::counted;
use crate::operations::{BASE, TOKEN};
use crate::package::Package;
use crate::programs;

/// A part of a program that may grow.
struct Kind {
    name: &'static str,
    /// What is counted for each size.
    unit: &'static str,
    sizes: &'static [usize],
    /// The units that are counted for each size, at least: the difference of two processes.
    units: usize,
}

const KINDS: [Kind; 4] = [
    Kind { name: "callers", unit: "call, API token", sizes: &[1, 10, 100, 1000], units: 4000 },
    Kind { name: "callers of a session", unit: "call, session", sizes: &[1, 10, 100, 1000], units: 4000 },
    Kind { name: "endpoints", unit: "call", sizes: &[5, 205], units: 4100 },
    Kind { name: "sessions in files", unit: "renewal", sizes: &[1, 10, 100], units: 200 },
];

pub fn print() {
    for Kind { name, unit, sizes, units } in &KINDS {
        println!("{name:22} instructions per {unit}");
        let counts: Vec<_> = sizes.iter().map(|size| per_unit(name, *size, *units)).collect();
        for (size, count) in sizes.iter().zip(&counts) {
            println!("  {size:>20} {count:>14.0} {:>+8.1} %", (count / counts[0] - 1.0) * 100.0);
        }
    }
}

fn per_unit(kind: &str, size: usize, units: usize) -> f64 {
    let rounds = units / size;
    let count = |rounds: usize| counted(&process(kind, size, rounds)).instructions;
    // The first rounds open files and grow buffers.
    (count(rounds + 2) - count(2)) / (rounds * size) as f64
}

/// The process that makes so many rounds: one call, or one renewal, of each.
fn process(kind: &str, size: usize, rounds: usize) -> Command {
    let mut process = Command::new(if kind == "endpoints" { with_endpoints(size) } else { programs::this() });
    if kind != "endpoints" {
        process.args(["grow", kind, &size.to_string()]);
    }
    process.arg(rounds.to_string());
    process
}

/// A program with so many endpoints, in groups of five.
fn with_endpoints(count: usize) -> PathBuf {
    const DEPENDENCIES: &str = r#"
bytes = "1"
http = "1"
qelos-client = { path = "QELOS_CLIENT", default-features = false }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["rt"] }
"#;
    let groups: Vec<_> = (0..count / 5).map(|group| format!("group_{group}")).collect();
    let sites: String = groups.iter().map(|group| format!("    &{group}::SITES,\n")).collect();
    let modules: String = groups.iter().map(|group| format!("mod {group};\n")).collect();
    let main = include_str!("../subjects/growth/main.rs");
    let main = format!("{main}\n{modules}\nstatic GROUPS: &[&[Site]] = &[\n{sites}];\n");
    let names: Vec<_> = groups.iter().map(|group| format!("{group}.rs")).collect();
    let texts: Vec<_> = (0..groups.len())
        .map(|group| include_str!("../subjects/derive.rs").replace("group-0", &format!("group-{group}")))
        .collect();
    let mut files = vec![("main.rs", main.as_str()), ("operations.rs", include_str!("operations.rs"))];
    files.extend(names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)));
    Package::new("growth", &format!("endpoints-{count}"), DEPENDENCIES, &files).build()
}

/// Makes the rounds of one kind in this process.
pub fn grow(kind: &str, size: usize, rounds: usize) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = || Client::builder(BASE).transport(InProcess);
    match kind {
        "callers" => call(&runtime, client().api_token(TOKEN).build().expect("a client"), size, rounds),
        "callers of a session" => call(&runtime, session(), size, rounds),
        "sessions in files" => runtime.block_on(renew(size, rounds)),
        other => panic!("nothing called `{other}` grows"),
    }
}

fn session() -> Client<OAuth, InProcess> {
    let tokens = json!({ "token": VALID, "refreshToken": "refresh-0" });
    let client = Client::builder(BASE).transport(InProcess).build().expect("a client");
    client.with_tokens(serde_json::from_value(tokens).expect("tokens"))
}

/// So many callers at the same time, and each makes one call in each round.
fn call<C: Credential>(runtime: &Runtime, client: Client<C, InProcess>, callers: usize, rounds: usize)
where
    SignedIn: SatisfiedBy<C>,
{
    let client = Arc::new(client);
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..callers {
            let client = Arc::clone(&client);
            tasks.spawn(async move {
                for _ in 0..rounds {
                    client.call(&GetMe).await.expect("a user");
                }
            });
        }
        tasks.join_all().await;
    });
}

/// So many sessions, each in a file of its own in one folder; each is renewed in each round.
async fn renew(sessions: usize, rounds: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/growth/sessions-{sessions}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut clients = Vec::new();
    for number in 0..sessions {
        let client = session();
        client.keep_in(FileTokenStore::new(folder.join(format!("{number}.json")))).await.expect("it is stored");
        clients.push(client);
    }
    for _ in 0..rounds {
        for client in &clients {
            client.refresh_token().await.expect("new tokens");
        }
    }
}
