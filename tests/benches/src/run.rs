//! What is measured: one stage of some calls of one contender.

use std::hint::black_box;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use stats_alloc::Region;
use tokio::runtime::Builder;

use crate::ALLOCATOR;
use crate::contenders::{self, Contender, Measurement};
use crate::operations::{BASE, OPERATIONS, Operation};

/// How much of a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The request is written.
    Encode,
    /// The request is written, and a response read.
    Memory,
    /// A whole call, to a server on this machine.
    Loopback,
}

pub const STAGES: [(&str, Stage); 3] =
    [("encode", Stage::Encode), ("memory", Stage::Memory), ("loopback", Stage::Loopback)];

/// What is measured, as the arguments of a process say it.
pub struct Run {
    pub contender: String,
    pub stage: Stage,
    /// `None` for one call of each.
    pub operation: Option<Operation>,
    pub base: String,
}

impl Run {
    /// From `contender stage operation base`.
    pub fn from_args(args: &[String]) -> Option<Self> {
        let [contender, stage, operation, base] = args else { return None };
        let stage = STAGES.iter().find(|(name, _)| name == stage)?.1;
        let operation = OPERATIONS.into_iter().find(|known| known.name() == operation);
        Some(Self { contender: contender.clone(), stage, operation, base: base.clone() })
    }

    pub fn to_args(&self) -> [String; 4] {
        let stage = STAGES.iter().find(|(_, stage)| *stage == self.stage).expect("a stage").0;
        let operation = self.operation.map_or("each", Operation::name);
        [self.contender.clone(), stage.to_owned(), operation.to_owned(), self.base.clone()]
    }

    /// How many calls one round makes.
    pub fn calls(&self) -> usize {
        if self.operation.is_some() { 1 } else { OPERATIONS.len() }
    }

    /// Makes so many rounds, after one to warm up, and counts their allocations.
    pub fn rounds(&self, rounds: usize) -> usize {
        contenders::measure(&self.contender, Rounds { run: self, rounds })
    }
}

struct Rounds<'r> {
    run: &'r Run,
    rounds: usize,
}

impl Measurement for Rounds<'_> {
    type Result = usize;

    fn of<C: Contender>(self) -> usize {
        let Run { stage, operation, base, .. } = self.run;
        let operations: Vec<_> = operation.map_or_else(|| OPERATIONS.to_vec(), |one| vec![one]);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let base = if *stage == Stage::Loopback { base } else { BASE };
        let contender = runtime.block_on(async { C::new(base) });
        let responses: Vec<_> = operations.iter().map(|operation| response(*operation)).collect();
        let round = || {
            for (operation, response) in operations.iter().zip(&responses) {
                match stage {
                    Stage::Encode => drop(black_box(contender.encode(*operation))),
                    Stage::Memory => {
                        drop(black_box(contender.encode(*operation)));
                        black_box(contender.decode(*operation, response));
                    }
                    Stage::Loopback => {
                        black_box(runtime.block_on(contender.call(*operation)));
                    }
                }
            }
        };
        round();
        let region = Region::new(ALLOCATOR);
        (0..self.rounds).for_each(|_| round());
        let change = region.change();
        change.allocations + change.reallocations
    }
}

fn response(operation: Operation) -> Response<bytes::Bytes> {
    let mut response = Response::new(operation.response());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
