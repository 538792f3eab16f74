//! One value for each tokio runtime, as connection pools need it.
//!
//! A connection is driven by the runtime that opened it. When that runtime is not driven, as between two calls of
//! `block_on`, a request on the connection is not sent. A pool that several runtimes share makes calls hang.

use std::collections::VecDeque;
use std::sync::{OnceLock, PoisonError, RwLock};

use tokio::runtime::Id;

/// The limit for values besides the first one. It is enough for a runtime on each core of most machines.
const MOST: usize = 64;

/// A value for the first runtime that asks, made in advance, and values for other runtimes, made on demand.
///
/// A new runtime may get the id of one that has ended, and so the value of that one. Its connections are closed, and
/// the pool opens new ones.
pub(super) struct PerRuntime<V> {
    first: V,
    first_runtime: OnceLock<Id>,
    /// The oldest comes first.
    others: RwLock<VecDeque<(Id, V)>>,
}

impl<V: Clone> PerRuntime<V> {
    pub(super) fn new(first: V) -> Self {
        Self { first, first_runtime: OnceLock::new(), others: RwLock::default() }
    }

    #[cfg(feature = "reqwest")]
    pub(super) fn first(&self) -> &V {
        &self.first
    }

    /// The value of this runtime. For the first runtime no lock is taken.
    ///
    /// Making a value takes time, so no lock is held meanwhile. When two threads make one for the same runtime, the
    /// second one drops its value.
    pub(super) fn of<E>(&self, runtime: Id, make: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        if *self.first_runtime.get_or_init(|| runtime) == runtime {
            return Ok(self.first.clone());
        }
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = find(&others, runtime) {
            return Ok(known);
        }
        drop(others);
        let value = make()?;
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = find(&others, runtime) {
            return Ok(known);
        }
        if others.len() == MOST {
            others.pop_front();
        }
        others.push_back((runtime, value.clone()));
        Ok(value)
    }
}

fn find<V: Clone>(values: &VecDeque<(Id, V)>, runtime: Id) -> Option<V> {
    values.iter().find(|(id, _)| *id == runtime).map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::runtime::{Builder, Runtime};

    use super::*;

    fn runtimes(count: usize) -> Vec<Runtime> {
        (0..count).map(|_| Builder::new_current_thread().build().unwrap()).collect()
    }

    /// The value of a runtime; `now` is the value that is made if there is none.
    fn value(values: &PerRuntime<usize>, runtime: &Runtime, now: usize) -> usize {
        values.of(runtime.handle().id(), || Ok::<_, Infallible>(now)).unwrap()
    }

    #[test]
    fn each_runtime_has_its_own_value_and_the_first_has_the_initial_one() {
        let (values, runtimes) = (PerRuntime::new(0), runtimes(3));
        let first: Vec<_> = (0..3).map(|at| value(&values, &runtimes[at], 10 + at)).collect();
        let again: Vec<_> = (0..3).map(|at| value(&values, &runtimes[at], 20 + at)).collect();
        assert_eq!((first.as_slice(), again), ([0, 11, 12].as_slice(), first.clone()));
    }

    #[test]
    fn an_error_is_not_kept() {
        let (values, runtimes) = (PerRuntime::new(0), runtimes(2));
        value(&values, &runtimes[0], 1);
        assert_eq!(values.of(runtimes[1].handle().id(), || Err("no certificates")), Err("no certificates"));
        assert_eq!(value(&values, &runtimes[1], 2), 2);
    }

    #[test]
    fn the_oldest_value_is_dropped_and_the_first_stays() {
        let (values, runtimes) = (PerRuntime::new(0), runtimes(MOST + 2));
        for (now, runtime) in runtimes.iter().enumerate() {
            value(&values, runtime, now);
        }
        assert_eq!(values.others.read().unwrap().len(), MOST);
        assert_eq!(value(&values, &runtimes[0], 1000), 0, "the first value");
        assert_eq!(value(&values, &runtimes[2], 1000), 2, "the oldest that is left");
        assert_eq!(value(&values, &runtimes[1], 1000), 1000, "the one that was dropped");
    }
}
