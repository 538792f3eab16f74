//! Instructions and allocations of one call.
//!
//! Both are counted in a process of their own: instructions by valgrind, once for a few rounds and once for more, so that the
//! start of the process cancels out; allocations by the process itself.

use std::process::Command;

use crate::programs;
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
    let count = |rounds| counted(Command::new(programs::of(&run.contender)).args(run.to_args(rounds)));
    let (of_few, of_many) = (count(few), count(many));
    let allocations = |counted: &Counted| counted.printed.trim().parse::<f64>().expect("a number");
    Cost {
        instructions: (of_many.instructions - of_few.instructions) / calls,
        allocations: (allocations(&of_many) - allocations(&of_few)) / calls,
    }
}

/// A process that valgrind has run.
pub struct Counted {
    pub instructions: f64,
    pub printed: String,
}

pub fn counted(program: &Command) -> Counted {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program.get_program())
        .args(program.get_args())
        .output()
        .expect("valgrind is installed");
    let report = String::from_utf8_lossy(&output.stderr);
    let line = report.lines().find(|line| line.contains("I refs:") || line.contains("I   refs:"));
    let number = line.and_then(|line| line.rsplit(':').next()).map(|number| number.trim().replace(',', ""));
    let instructions = number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no count in\n{report}"));
    Counted { instructions, printed: String::from_utf8_lossy(&output.stdout).into_owned() }
}
