//! The commands of the program.

use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::{code, cold_build, growth, load, programs, sdks, server, storm, table};

const USAGE: &str = "\
comparison                     the tables of the README of the project: `table loopback`, `throughput` and `sdks`
table [stage…]                 instructions and allocations of one call, for each contender
throughput [seconds [rounds]]  calls per second and processor time, with 64 calls in flight
sdks [seconds [rounds]]        the same for one operation, beside the official SDKs for TypeScript and Python
storm [rounds]                 a thousand calls at once with an expired token
growth                         instructions of one call with more callers, endpoints and stored sessions
code                           machine code, compile time and expanded code of one endpoint
build                          time of a cold build, and number of crates
check                          compares costs of this toolkit with `baseline.tsv`: fails when they have grown by more than 2 %
baseline                       writes `baseline.tsv`";

pub fn command(words: &[&str]) -> ExitCode {
    match words {
        // The processes that the others start.
        ["serve"] => runtime().block_on(server::serve()),
        ["turn", contender, operation, seconds, base] => {
            println!("{}", load::turn(contender, operation, number(seconds), base))
        }
        ["storm-turn", contender, base] => println!("{}", storm::turn(contender, base)),
        ["grow", kind, size, rounds] => growth::grow(kind, number(size), number(rounds)),

        ["comparison"] => {
            table::print(&["loopback"]);
            load::print(seconds(&[], 1), 20);
            sdks::print(seconds(&[], 3), 7);
        }
        ["table", stages @ ..] => table::print(stages),
        ["throughput", numbers @ ..] => load::print(seconds(numbers, 1), optional(numbers, 1, 20)),
        ["sdks", numbers @ ..] => sdks::print(seconds(numbers, 3), optional(numbers, 1, 7)),
        ["storm", numbers @ ..] => storm::print(optional(numbers, 0, 30)),
        ["growth"] => growth::print(),
        ["code"] => code::print(),
        ["build"] => cold_build::print(),
        ["check" | "baseline"] => return programs::run_counted(words[0]),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn seconds(numbers: &[&str], default: u64) -> Duration {
    Duration::from_secs(optional(numbers, 0, default))
}

fn optional<N: FromStr>(numbers: &[&str], index: usize, default: N) -> N {
    numbers.get(index).map_or(default, |word| number(word))
}

fn number<N: FromStr>(word: &str) -> N {
    word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number"))
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}
