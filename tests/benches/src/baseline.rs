//! The stored costs of this toolkit, so that growth is noticed.

use std::env::consts::ARCH;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::contenders::Contender;
use crate::contenders::ours::{InMemory, Traced};
use crate::cost::{self, Cost};
use crate::operations::{BASE, OPERATIONS};
use crate::programs;
use crate::run::{Run, Stage};

/// How much a count may grow.
const TOLERANCE: f64 = 1.02;
/// The processors whose instructions are in the baseline. Allocations are the same on all.
const COUNTED_ON: &str = "x86_64";

/// What is compared: nothing that waits for a socket, where counts depend on the kernel.
fn runs() -> impl Iterator<Item = Run> {
    const KINDS: [(&str, Stage); 4] = [
        (InMemory::NAME, Stage::Encode),
        (InMemory::NAME, Stage::Memory),
        (InMemory::NAME, Stage::Loopback),
        (Traced::NAME, Stage::Loopback),
    ];
    KINDS.into_iter().flat_map(|(contender, stage)| {
        OPERATIONS.into_iter().map(move |operation| Run {
            contender: contender.to_owned(),
            stage,
            operation: Some(operation),
            base: BASE.to_owned(),
        })
    })
}

/// The commands of a program without the network.
pub fn command(words: &[&str]) -> ExitCode {
    match words {
        ["baseline" | "check"] if !cfg!(target_env = "musl") => programs::run_counted(words[0]),
        ["baseline"] if ARCH == COUNTED_ON => {
            fs::write(path(), written()).expect("the baseline can be written");
            ExitCode::SUCCESS
        }
        ["check"] => check(&fs::read_to_string(path()).expect("there is a baseline")),
        _ => {
            eprintln!(
                "this program has `check`, and on {COUNTED_ON} `baseline`; with the feature `network` it has all commands"
            );
            ExitCode::FAILURE
        }
    }
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("baseline.tsv")
}

fn name(run: &Run) -> String {
    run.name().join("\t")
}

fn written() -> String {
    let mut text = String::new();
    for run in runs() {
        let Cost { instructions, allocations } = cost::of(&run);
        let _ = writeln!(text, "{}\t{instructions:.0}\t{allocations:.1}", name(&run));
    }
    text
}

fn check(stored: &str) -> ExitCode {
    if ARCH != COUNTED_ON {
        println!("instructions are not compared: the baseline has those of {COUNTED_ON}");
    }
    let grown = runs().filter(|run| has_grown(run, stored)).count();
    if grown > 0 {
        println!("{grown} costs have grown by more than 2 %: see README.md of the benches");
    }
    if grown == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn has_grown(run: &Run, stored: &str) -> bool {
    let name = name(run);
    let line = stored.lines().find_map(|line| line.strip_prefix(&name)).map(str::split_whitespace);
    let mut numbers = line.unwrap_or_else(|| panic!("the baseline has no line for {name}"));
    let mut number = || numbers.next().and_then(|word| word.parse::<f64>().ok()).expect("two numbers");
    let (instructions, allocations) = (number(), number());
    let now = cost::of(run);
    let has_grown =
        ARCH == COUNTED_ON && now.instructions > instructions * TOLERANCE || now.allocations > allocations * TOLERANCE;
    println!(
        "{} {name}\t{:.0} instructions ({:+.1} %), {:.1} allocations ({:+.1})",
        if has_grown { "MORE" } else { "ok  " },
        now.instructions,
        (now.instructions / instructions - 1.0) * 100.0,
        now.allocations,
        now.allocations - allocations,
    );
    has_grown
}
