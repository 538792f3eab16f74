//! What is measured: one stage of some calls of one contender.

use std::hint::black_box;

use bytes::Bytes;
use http::Response;
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
    pub fn from_args(args: &[&str]) -> Option<Self> {
        let &[contender, stage, operation, base] = args else { return None };
        let stage = STAGES.iter().find(|(name, _)| *name == stage)?.1;
        Some(Self {
            contender: contender.to_owned(),
            stage,
            operation: Operation::named(operation),
            base: base.to_owned(),
        })
    }

    /// Contender, stage and operation.
    pub fn name(&self) -> [&str; 3] {
        let stage = STAGES.iter().find(|(_, stage)| *stage == self.stage).expect("a stage").0;
        [&self.contender, stage, self.operation.map_or("each", Operation::name)]
    }

    /// The arguments of the process that makes so many rounds.
    pub fn to_args(&self, rounds: usize) -> Vec<String> {
        let mut args = vec!["run".to_owned(), rounds.to_string()];
        args.extend(self.name().map(str::to_owned));
        args.push(self.base.clone());
        args
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
        let base = if *stage == Stage::Loopback { base } else { BASE };
        let operations = operation.map_or_else(|| OPERATIONS.to_vec(), |one| vec![one]);
        let calls: Vec<_> = operations.into_iter().map(|operation| (operation, operation.response())).collect();
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        // Entering a runtime costs instructions, and a program does it once.
        runtime.block_on(async {
            let contender = C::new(base);
            round(&contender, *stage, &calls).await;
            let region = Region::new(ALLOCATOR);
            for _ in 0..self.rounds {
                round(&contender, *stage, &calls).await;
            }
            let change = region.change();
            change.allocations + change.reallocations
        })
    }
}

/// One call of each operation.
async fn round<C: Contender>(contender: &C, stage: Stage, calls: &[(Operation, Response<Bytes>)]) {
    for (operation, response) in calls {
        match stage {
            Stage::Encode => drop(black_box(contender.encode(*operation))),
            Stage::Memory => {
                drop(black_box(contender.encode(*operation)));
                black_box(contender.decode(*operation, response));
            }
            Stage::Loopback => {
                black_box(contender.call(*operation).await);
            }
        }
    }
}
