//! The model notices wrong rules: each of these looks plausible, and violates an invariant.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use super::gates::Invariants;
use super::shelf::{INVALID, OLDER, REMOVES, RETURNS, SECOND, UNSEEN};
use super::{World, history};
use crate::session::store::Change;
use crate::session::store::change::mutation::{Rule, with_rule};

/// Whether one of many histories has this violation with another rule than the real one.
fn is_violated_by(rule: Rule, violation: &'static str) -> bool {
    let config =
        ProptestConfig { cases: 4_000, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
    let always_the_same = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let played = with_rule(rule, || {
        TestRunner::new_with_rng(config, always_the_same).run(&history(), |(setting, steps)| {
            let invariants = Invariants::only(violation);
            let mut world = World::new(setting, invariants.clone());
            for step in steps {
                world.take(step);
                if invariants.violated().is_some() {
                    return Err(TestCaseError::fail(violation));
                }
            }
            Ok(())
        })
    });
    matches!(played, Err(TestError::Fail(..)))
}

#[test]
fn a_higher_number_alone_brings_signed_out_sessions_back() {
    let rule: Rule = |change, stored| match change {
        Change::Tokens(new) => Some(stored.is_none_or(|stored| stored.number < new.number)),
        Change::Mark(new) => Some(stored.is_none_or(|stored| stored.number <= new.number)),
        _ => None,
    };
    assert!(is_violated_by(rule, RETURNS));
}

#[test]
fn a_mark_that_is_always_allowed_replaces_newer_tokens() {
    let rule: Rule = |change, stored| match change {
        Change::Mark(new) => Some(stored.is_some_and(|stored| stored.lineage == new.lineage)),
        _ => None,
    };
    assert!(is_violated_by(rule, OLDER));
    assert!(is_violated_by(rule, INVALID));
}

#[test]
fn a_removed_record_that_is_written_again_undoes_the_sign_out() {
    let rule: Rule = |change, stored| match (change, stored) {
        (Change::Tokens(_) | Change::Mark(_), None) => Some(true),
        _ => None,
    };
    assert!(is_violated_by(rule, RETURNS));
}

#[test]
fn tokens_with_an_equal_number_must_not_replace_the_first() {
    let rule: Rule = |change, stored| match (change, stored) {
        (Change::Tokens(new), Some(stored)) => Some(stored.lineage == new.lineage && stored.number <= new.number),
        _ => None,
    };
    assert!(is_violated_by(rule, SECOND));
}

#[test]
fn a_sign_out_without_a_lineage_removes_other_sessions() {
    let rule: Rule = |change, _| matches!(change, Change::SignOut(_)).then_some(true);
    assert!(is_violated_by(rule, REMOVES));
}

#[test]
fn a_new_session_that_is_always_allowed_replaces_unseen_tokens() {
    let rule: Rule = |change, _| matches!(change, Change::Session { .. }).then_some(true);
    assert!(is_violated_by(rule, UNSEEN));
}
