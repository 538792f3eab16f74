//! The stored costs of this toolkit, so that growth is noticed.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::contenders::Contender;
use crate::contenders::ours::{InMemory, Ours, Traced};
use crate::cost::{self, Cost};
use crate::operations::{BASE, OPERATIONS};
use crate::run::{Run, Stage};

/// How much a count may grow.
const TOLERANCE: f64 = 1.02;

/// What is compared: nothing that waits for a socket, where counts depend on the kernel.
fn runs() -> impl Iterator<Item = Run> {
    const KINDS: [(&str, Stage); 4] = [
        (Ours::NAME, Stage::Encode),
        (Ours::NAME, Stage::Memory),
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

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("baseline.tsv")
}

fn name(run: &Run) -> String {
    run.to_args()[..3].join("\t")
}

pub fn write() {
    let mut text = String::new();
    for run in runs() {
        let Cost { instructions, allocations } = cost::of(&run);
        let _ = writeln!(text, "{}\t{instructions:.0}\t{allocations:.1}", name(&run));
    }
    fs::write(path(), text).expect("the baseline can be written");
}

pub fn check() -> ExitCode {
    let stored = fs::read_to_string(path()).expect("there is a baseline");
    let mut grown = false;
    for run in runs() {
        let name = name(&run);
        let numbers = stored.lines().find_map(|line| line.strip_prefix(&name)).map(|rest| {
            let mut numbers = rest.split_whitespace().map(|number| number.parse::<f64>().expect("a number"));
            (numbers.next().expect("instructions"), numbers.next().expect("allocations"))
        });
        let Some((instructions, allocations)) = numbers else { panic!("the baseline has no line for {name}") };
        let now = cost::of(&run);
        let is_more = now.instructions > instructions * TOLERANCE || now.allocations > allocations * TOLERANCE;
        grown |= is_more;
        println!(
            "{} {name}\t{:.0} instructions ({:+.1} %), {:.1} allocations ({:+.1})",
            if is_more { "MORE" } else { "ok  " },
            now.instructions,
            (now.instructions / instructions - 1.0) * 100.0,
            now.allocations,
            now.allocations - allocations,
        );
    }
    if grown { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
