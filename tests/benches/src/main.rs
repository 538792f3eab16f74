//! What a call costs, beside hand-written code and other clients. See `README.md`.

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[cfg(not(feature = "network"))]
use crate::baseline::command;
#[cfg(feature = "network")]
use crate::commands::command;
use crate::run::Run;

#[cfg(not(feature = "network"))]
mod baseline;
mod contenders;
mod cost;
mod operations;
mod programs;
mod run;

#[cfg(feature = "network")]
mod backend;
#[cfg(feature = "network")]
mod code;
#[cfg(feature = "network")]
mod cold_build;
#[cfg(feature = "network")]
mod commands;
#[cfg(feature = "network")]
mod growth;
#[cfg(feature = "network")]
mod load;
#[cfg(feature = "network")]
mod package;
#[cfg(feature = "network")]
mod ratios;
#[cfg(feature = "network")]
mod sdks;
#[cfg(feature = "network")]
mod server;
#[cfg(feature = "network")]
mod storm;
#[cfg(feature = "network")]
mod table;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        // The process whose instructions are counted.
        ["run", rounds, run @ ..] => {
            let run = Run::from_args(run).expect("contender, stage, operation, base");
            println!("{}", run.rounds(rounds.parse().expect("a number")));
            ExitCode::SUCCESS
        }
        words => command(words),
    }
}
