//! What one call costs each contender, on average over the operations.

use crate::contenders::floor::Floor;
use crate::contenders::ours::{InMemory, Ours, Traced};
use crate::contenders::raw::Raw;
use crate::contenders::{CONTENDERS, Contender};
use crate::cost::{self, Cost};
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

/// The floor is the measure of what needs no server, and reqwest by hand that of whole calls.
fn print_stage(name: &str, stage: Stage, base: &str) {
    let reference = if stage == Stage::Loopback { Raw::NAME } else { Floor::NAME };
    let of_reference = cost(reference, stage, base);
    println!("{name:16} instructions   ÷ {reference:11}   allocations   ÷ {reference}");
    for contender in CONTENDERS.into_iter().filter(|contender| is_measured(contender, stage)) {
        let Cost { instructions, allocations } =
            if contender == reference { of_reference } else { cost(contender, stage, base) };
        let times = instructions / of_reference.instructions;
        let times_allocated = allocations / of_reference.allocations;
        println!("  {contender:14} {instructions:>12.0} {times:>15.2} {allocations:>13.1} {times_allocated:>15.2}");
    }
}

/// A credential makes a difference only to whole calls.
fn is_measured(contender: &str, stage: Stage) -> bool {
    stage == Stage::Loopback || !contender.starts_with("ours, ")
}

/// What lies between an encoded request and the transport, and between the transport and a decoded response.
fn print_path(base: &str) {
    let coding = cost(Ours::NAME, Stage::Memory, base);
    println!("path of a call   instructions                 allocations");
    for contender in [InMemory::NAME, Traced::NAME] {
        let call = cost(contender, Stage::Loopback, base);
        let (instructions, allocations) =
            (call.instructions - coding.instructions, call.allocations - coding.allocations);
        println!("  {contender:14} {instructions:>12.0} {allocations:>29.1}");
    }
}
