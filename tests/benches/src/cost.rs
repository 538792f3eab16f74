//! Instructions and allocations of one call.
//!
//! Both are counted in a process of their own: instructions by valgrind, once for a few rounds and once for more, so that the
//! start of the process cancels out; allocations by the process itself.

use std::process::Command;

use crate::run::{Run, Stage};

/// What one call takes, on average.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub instructions: f64,
    pub allocations: f64,
}

pub fn of(run: &Run) -> Cost {
    let (few, many) = if run.stage == Stage::Loopback { (10, 110) } else { (10, 210) };
    let calls = ((many - few) * run.calls()) as f64;
    let (of_few, of_many) = (counted(run, few), counted(run, many));
    Cost { instructions: (of_many.0 - of_few.0) as f64 / calls, allocations: (of_many.1 - of_few.1) as f64 / calls }
}

/// Instructions of a whole process, and allocations of its rounds.
fn counted(run: &Run, rounds: usize) -> (i64, i64) {
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
    let instructions = line.and_then(|line| line.rsplit(':').next()).unwrap_or_else(|| panic!("no count in\n{report}"));
    let allocations = String::from_utf8_lossy(&output.stdout);
    let number = |text: &str| text.trim().replace(',', "").parse().expect("a number");
    (number(instructions), number(&allocations))
}
