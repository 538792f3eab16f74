//! What a call costs, beside hand-written code and other clients. See `README.md`.

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use crate::run::Run;

mod baseline;
mod code;
mod contenders;
mod cost;
mod load;
mod operations;
mod run;
mod server;
mod table;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const USAGE: &str = "\
table [stage…]                 instructions and allocations of one call, for each contender
throughput [seconds [rounds]]  calls per second and processor time, with 64 calls in flight
code                           machine code, compile time and expanded code of one endpoint
check                          compares costs of this toolkit with `baseline.tsv`: fails when they have grown by more than 2 %
baseline                       writes `baseline.tsv`";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |word: Option<&&str>, default: u32| word.map_or(default, |word| word.parse().expect("a number"));
    match words.as_slice() {
        // These two are the processes that the others start.
        ["serve"] => runtime().block_on(server::serve()),
        ["run", rounds, ..] => {
            let run = Run::from_args(&args[2..]).expect("contender, stage, operation, base");
            println!("{}", run.rounds(rounds.parse().expect("a number")));
        }
        ["table", stages @ ..] => table::print(stages),
        ["throughput", numbers @ ..] => load::print(number(numbers.first(), 1), number(numbers.get(1), 15)),
        ["code"] => code::print(),
        ["baseline"] => baseline::write(),
        ["check"] => return baseline::check(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}
