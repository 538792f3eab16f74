//! Instructions and allocations of one call.
//!
//! Instructions are counted by valgrind: once for a few rounds and once for more, so that the start of the process cancels out.
//! Allocations are counted in this process.

use std::process::Command;

use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::run::{Run, Stage};

/// What one call takes, on average.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub instructions: f64,
    pub allocations: f64,
}

pub fn of(run: &Run) -> Cost {
    Cost { instructions: instructions(run), allocations: allocations(run) }
}

fn instructions(run: &Run) -> f64 {
    let (few, many) = if run.stage == Stage::Loopback { (10, 110) } else { (10, 210) };
    let calls = ((many - few) * run.calls()) as f64;
    (counted(run, many) - counted(run, few)) as f64 / calls
}

fn counted(run: &Run, rounds: usize) -> i64 {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .arg("run")
        .arg(rounds.to_string())
        .args(run.to_args())
        .output()
        .expect("valgrind is installed");
    let report = String::from_utf8_lossy(&output.stderr);
    let line = report.lines().find(|line| line.contains("I refs:") || line.contains("I   refs:"));
    let count = line.and_then(|line| line.rsplit(':').next()).unwrap_or_else(|| panic!("no count in\n{report}"));
    count.trim().replace(',', "").parse().expect("a number")
}

fn allocations(run: &Run) -> f64 {
    const ROUNDS: usize = 20;
    let made = run.rounds(ROUNDS, |rounds| {
        let region = Region::new(ALLOCATOR);
        rounds();
        let change = region.change();
        change.allocations + change.reallocations
    });
    made as f64 / (ROUNDS * run.calls()) as f64
}
