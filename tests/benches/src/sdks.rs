//! Throughput beside the official SDKs, which Node and Python run. All make the same call, `GET /api/me`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::contenders::Contender;
use crate::contenders::ours::{OnHyper, Ours};
use crate::load::{self, IN_FLIGHT};
use crate::operations::TOKEN;
use crate::server::Server;

const TYPESCRIPT: [&str; 2] = ["@qelos/sdk@3.11.11", "esbuild@0.28.2"];
const PYTHON: &str = "qelos-sdk==4.0.0";

pub fn print(lasts: Duration, rounds: usize) {
    let server = Server::start();
    let ours = [OnHyper::NAME, Ours::NAME].map(|name| (name, load::command(name, "me", lasts, &server.base)));
    let mut processes = Vec::from(ours);
    for (name, installed) in [("TypeScript SDK", typescript()), ("Python SDK", python())] {
        match installed {
            Ok(mut process) => {
                process.args([server.base.as_str(), TOKEN, &IN_FLIGHT.to_string(), &lasts.as_secs().to_string()]);
                processes.push((name, process));
            }
            Err(missing) => println!("{name} is left out: {missing}"),
        }
    }
    load::print_medians(processes, rounds, &["TypeScript SDK", "Python SDK"]);
}

/// Its program, as one file: Node cannot load the package, because its imports have no file extensions.
fn typescript() -> Result<Command, String> {
    let (folder, source) = folder("typescript", "typescript.mjs");
    run(Command::new("node").arg("--version"))?;
    run(Command::new("npm").args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(&folder).args(TYPESCRIPT))?;
    let (bundle, esbuild) = (folder.join("bundle.cjs"), folder.join("node_modules/.bin/esbuild"));
    let outfile = format!("--outfile={}", bundle.display());
    run(Command::new(esbuild).arg(source).args(["--bundle", "--platform=node", "--log-level=error", &outfile]))?;
    let mut node = Command::new("node");
    node.arg(bundle);
    Ok(node)
}

/// Its program, with an environment of its own.
fn python() -> Result<Command, String> {
    let (folder, source) = folder("python", "python.py");
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let python = folder.join("bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PYTHON]))?;
    let mut command = Command::new(python);
    command.arg(source);
    Ok(command)
}

/// A folder for what is installed, with a copy of the program in it, so that it finds its packages.
fn folder(name: &str, program: &str) -> (PathBuf, PathBuf) {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = benches.join("target/sdks").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let copy = folder.join(program);
    fs::copy(benches.join("subjects/sdks").join(program), &copy).expect("the program");
    (folder, copy)
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("`{program}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{program}` has failed: {}", String::from_utf8_lossy(&output.stderr)))
}
