//! What one call costs each contender, on average over the operations.

use crate::contenders::floor::Floor;
use crate::contenders::ours::{InMemory, Ours, Traced};
use crate::contenders::raw::Raw;
use crate::contenders::{CONTENDERS, Contender};
use crate::cost::{self, Cost};
use crate::ratios;
use crate::run::{Run, STAGES, Stage};
use crate::server::Server;

/// Prints the stages that are named, or all, and then the path of a call, which is a difference of two of them.
pub fn print(only: &[&str]) {
    let is_asked_for = |name: &str| only.is_empty() || only.contains(&name);
    let server = Server::start();
    for (name, stage) in STAGES.into_iter().filter(|(name, _)| is_asked_for(name)) {
        print_stage(name, stage, &server.base);
    }
    if is_asked_for("path") {
        print_path(&server.base);
    }
}

fn cost(contender: &str, stage: Stage, base: &str) -> Cost {
    cost::of(&Run { contender: contender.to_owned(), stage, operation: None, base: base.to_owned() })
}

fn print_stage(name: &str, stage: Stage, base: &str) {
    let contenders = CONTENDERS.into_iter().filter(|contender| is_measured(contender, stage));
    let rows: Vec<_> = contenders
        .map(|contender| {
            let Cost { instructions, allocations } = cost(contender, stage, base);
            (contender, [instructions, allocations])
        })
        .collect();
    ratios::print(name, ["instructions", "allocations"], &rows, &[Floor::NAME, Raw::NAME]);
}

/// A credential or a transport makes a difference only to whole calls.
fn is_measured(contender: &str, stage: Stage) -> bool {
    stage == Stage::Loopback || !contender.starts_with("ours, ")
}

/// What lies between an encoded request and the transport, and between the transport and a decoded response.
fn print_path(base: &str) {
    let coding = cost(Ours::NAME, Stage::Memory, base);
    let rows = [InMemory::NAME, Traced::NAME].map(|contender| {
        let call = cost(contender, Stage::Loopback, base);
        (contender, [call.instructions - coding.instructions, call.allocations - coding.allocations])
    });
    ratios::print("path of a call", ["instructions", "allocations"], &rows, &[]);
}
