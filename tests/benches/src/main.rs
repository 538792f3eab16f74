//! What a call costs, beside hand-written code and other clients. See `README.md`.

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use crate::run::{CONTENDERS, Run, STAGES, Stage};
use crate::server::Server;

mod baseline;
mod contenders;
mod cost;
mod operations;
mod run;
mod server;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const USAGE: &str = "\
table [stage…]  instructions and allocations of one call, for each contender
check           compares those of this toolkit with `baseline.tsv`: fails when they have grown by more than 2 %
baseline        writes `baseline.tsv`";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => runtime().block_on(server::serve()),
        ["run", rounds, ..] => {
            let run = Run::from_args(&args[2..]).expect("contender, stage, operation, base");
            run.rounds(rounds.parse().expect("a number"), |rounds| rounds());
        }
        ["table", ..] => table(&words[1..]),
        ["baseline"] => baseline::write(),
        ["check"] => return baseline::check(),
        _ => eprintln!("{USAGE}"),
    }
    ExitCode::SUCCESS
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

/// Prints what one call costs each contender, on average over the operations.
fn table(only: &[&str]) {
    let server = Server::start();
    for (name, stage) in STAGES {
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        println!("{name}");
        for contender in CONTENDERS.into_iter().filter(|contender| is_measured(contender, stage)) {
            let run = Run { contender: contender.to_owned(), stage, operation: None, base: server.base.clone() };
            let cost = cost::of(&run);
            println!("  {contender:14} {:>10.0} instructions {:>6.1} allocations", cost.instructions, cost.allocations);
        }
    }
}

/// A credential and a transport make a difference only to whole calls.
fn is_measured(contender: &str, stage: Stage) -> bool {
    stage == Stage::Loopback || !contender.starts_with("ours, ")
}
