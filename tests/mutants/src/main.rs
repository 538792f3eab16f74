//! The mutation score: how many small changes of the code, one at a time, make a test fail. The README of this package says how to
//! run it, and which mutants survive.
//!
//! `cargo-mutants` finds the mutants. It would also run them, but it builds the program once for each: that takes days. Here all
//! mutants are in one program, and an environment variable switches one of them on:
//!
//! 1. `listing`: the mutants, from `cargo mutants --list`.
//! 2. `switches`: each is written into a copy of the repository, as `if crate::__mutant::is(7) { … } else { … }`.
//! 3. `program`: the copy is built. Mutants that do not compile are taken out first, by the errors of the compiler.
//! 4. `measure`: each test runs once, and notes the mutants that it reaches. Then each mutant is on while the tests that reach it
//!    run, the quick ones first, until one fails or takes much longer than before.
//!
//! Left out and counted: code that runs in the compiler (`const fn`), code for other systems, and what has no place for a switch.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::measure::Outcome;
use crate::program::Program;

mod listing;
mod measure;
mod program;
mod switches;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The least score, in percent.
const LEAST: f64 = 95.0;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the repository")?;
    let directory = std::env::temp_dir().join("qelos-mutants");
    let mutants = listing::of(repository)?;
    let mut program = Program::copied(repository, &directory, &mutants)?;
    let switched = program.switch(&mutants)?;
    println!(
        "{} mutants: {} have a switch, {} of these compile",
        mutants.len(),
        switched.placed,
        switched.compiled.len()
    );

    let named = switched.compiled.into_iter().map(|id| (id, mutants[id as usize].name.as_str()));
    let is_chosen = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    let chosen: Vec<_> = named.filter(|(_, name)| is_chosen(name)).collect();
    let score = report(&measure::all(program.executables(), &chosen, &directory)?);
    // Some mutants alone say nothing about the score of all.
    if words.is_empty() && score < LEAST {
        return Err(format!("the least score is {LEAST} %: write tests for survivors").into());
    }
    Ok(())
}

/// Prints the survivors, and returns the score.
fn report(outcomes: &BTreeMap<&str, Outcome>) -> f64 {
    let survivors: Vec<_> = outcomes.iter().filter(|(_, outcome)| !outcome.is_caught()).collect();
    println!("\n| survivor | tests that reach it |\n|---|---|");
    for (name, outcome) in &survivors {
        println!("| `{name}` | {} |", outcome.tests());
    }
    let (all, caught) = (outcomes.len(), outcomes.len() - survivors.len());
    #[expect(clippy::cast_precision_loss, reason = "there are some thousand mutants")]
    let score = caught as f64 / all.max(1) as f64 * 100.0;
    println!("\n{caught} of {all} mutants are caught: {score:.1} %");
    score
}

/// A file of the repository, by its path from the root.
type File = PathBuf;
