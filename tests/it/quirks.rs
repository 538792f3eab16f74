//! The page about the quirks of the server has a row for each, and the tests that it names as proof exist.

use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../qelos-client/docs/quirks.md");

/// The rows of both tables, cell by cell.
fn rows() -> impl Iterator<Item = [&'static str; 4]> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| Q") || line.starts_with("| S"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        cells.try_into().unwrap_or_else(|cells| panic!("not four cells: {cells:?}"))
    })
}

/// The number 33 was never given.
#[test]
fn every_quirk_has_one_row() {
    let known = (1..=44).filter(|number| *number != 33).map(|number| format!("Q{number}"));
    let known = known.chain((1..=12).map(|number| format!("S{number}")));
    assert_eq!(rows().map(|[name, ..]| name).collect::<Vec<_>>(), known.collect::<Vec<_>>());
}

#[test]
fn every_row_is_proven_or_says_why_it_need_not_be() {
    for [name, _, ours, proof] in rows() {
        let named: Vec<_> = proof.split(", ").filter(|proof| *proof != "–").collect();
        assert!(!named.is_empty() || ours.starts_with("does not concern us: "), "{name} has no proof");
        for proof in named {
            let proof = proof.strip_prefix('`').and_then(|proof| proof.strip_suffix('`')).unwrap();
            assert!(exists(proof), "{name}: there is no {proof}");
        }
    }
}

/// `file.rs::test`, or the file of a compile error; relative to the tests of one process, to all tests, or to the whole
/// project.
pub(crate) fn exists(proof: &str) -> bool {
    let (file, test) = proof.split_once("::").map_or((proof, None), |(file, test)| (file, Some(test)));
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places: [PathBuf; 3] = ["it", ".", ".."].map(|place| tests.join(place).join(file));
    let Some(source) = places.iter().find_map(|file| std::fs::read_to_string(file).ok()) else { return false };
    match test {
        Some(test) => is_a_test(&source, test),
        None => tests.join(file).with_extension("stderr").exists(),
    }
}

/// The function, with an attribute that makes it a test right above.
fn is_a_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let heads = [format!("fn {name}("), format!("async fn {name}(")];
    let is_head = |line: &&str| heads.iter().any(|head| line.starts_with(head.as_str()));
    let above = |at: usize| lines[..at].iter().rev().take_while(|line| line.starts_with(['#', '/']));
    lines.iter().enumerate().any(|(at, line)| {
        is_head(line) && above(at).any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

#[test]
fn a_proof_is_an_existing_test() {
    assert!(is_a_test("#[tokio::test(start_paused = true)]\nasync fn one() {", "one"));
    assert!(!is_a_test("#[test]\nfn one() {}\n\nfn two() {", "two"));
    assert!(!is_a_test("#[test]\nfn one_and_more() {", "one"));
    assert!(!exists("sessions.rs::nothing_of_the_kind") && !exists("ui/fail/auth/nothing_of_the_kind.rs"));
}
