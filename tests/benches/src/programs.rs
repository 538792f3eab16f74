//! The programs that are built apart from this one.

#[cfg(feature = "network")]
use std::path::Path;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
#[cfg(feature = "network")]
use std::sync::LazyLock;

#[cfg(feature = "network")]
use crate::contenders::PEERS;

/// The program that has this contender. The one of the peers is built first.
#[cfg(feature = "network")]
pub fn of(contender: &str) -> PathBuf {
    if PEERS.contains(&contender) { PROGRAM_OF_PEERS.clone() } else { this() }
}

/// Without the network, there is one program.
#[cfg(not(feature = "network"))]
pub fn of(_: &str) -> PathBuf {
    this()
}

pub fn this() -> PathBuf {
    std::env::current_exe().expect("this program")
}

#[cfg(feature = "network")]
static PROGRAM_OF_PEERS: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
    let mut build = cargo("build");
    build.args(["--quiet", "--features", "peers", "--target-dir"]).arg(&target);
    eprintln!("the program of {} is built, which takes minutes the first time", PEERS.join(" and "));
    assert!(build.status().expect("cargo").success(), "the program of the peers cannot be built");
    target.join("release/qelos-benches")
});

/// Builds the program that counts for the baseline, and runs a command of it. It is linked to the C library that comes with the
/// compiler, so that its counts depend neither on the system nor on features of the processor.
pub fn run_counted(command: &str) -> ExitCode {
    let mut run = cargo("run");
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    run.args(["--quiet", "--no-default-features", "--target", &target, "--", command]);
    if run.status().expect("cargo").success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cargo(command: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.arg(command).args(["--release", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo
}
