//! The pages that promise something name their tests, which exist; the page about performance has the measured numbers. The
//! examples of a crate are compiled together.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::fs;
use std::path::Path;

use crate::non_exhaustive::files;
use crate::quirks::exists;

/// The pages whose tables end with a column of proofs, and how many rows each has at least.
const PAGES: [(&str, &str, usize); 2] = [
    ("official_documentation.md", include_str!("../../qelos-client/docs/official_documentation.md"), 30),
    ("guide/security.md", include_str!("../../qelos-client/docs/guide/security.md"), 15),
];

/// The last cell of each row below a head that ends with `proof`.
fn proofs(page: &str) -> Vec<(&str, &str)> {
    let mut is_proven = false;
    let mut proofs = Vec::new();
    for line in page.lines() {
        let cell = line.strip_suffix('|').and_then(|row| row.rsplit('|').next()).unwrap_or_default().trim();
        match line.starts_with('|') {
            true if cell == "proof" => is_proven = true,
            true if is_proven && !line.starts_with("|---") => proofs.push((line, cell)),
            true => {}
            false => is_proven = false,
        }
    }
    proofs
}

#[test]
fn every_promise_of_a_page_names_a_test_that_exists() {
    for (page, text, least) in PAGES {
        let proofs = proofs(text);
        assert!(proofs.len() >= least, "{page} has {} rows", proofs.len());
        for (row, cell) in proofs {
            for proof in cell.split(", ") {
                let named = proof.strip_prefix('`').and_then(|proof| proof.strip_suffix('`'));
                assert!(named.is_some_and(exists), "{page}: there is no {proof}, in the row {row}");
            }
        }
    }
}

/// The numbers in the tables of a page, as they are written.
fn numbers(page: &str) -> impl Iterator<Item = &str> {
    let cells = page.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('|').map(str::trim));
    let words = cells.filter_map(|cell| cell.split(' ').next());
    words.filter(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

#[test]
fn the_page_about_performance_has_the_measured_numbers() {
    let page = include_str!("../../qelos-client/docs/guide/performance.md");
    let measured: Vec<_> = numbers(include_str!("../benches/README.md")).collect();
    let told: Vec<_> = numbers(page).collect();
    assert!(told.len() >= 20, "{told:?}");
    for number in told {
        assert!(measured.contains(&number), "{number} was not measured: see the numbers in `tests/benches/README.md`");
    }
}

#[test]
fn a_row_without_a_proof_is_found() {
    let page = "| says | proof |\n|---|---|\n| a | `a.rs::b` |\n| b | |\n\n| other | table |\n|---|---|\n| c | d |";
    let cells: Vec<_> = proofs(page).into_iter().map(|(_, cell)| cell).collect();
    assert_eq!(cells, ["`a.rs::b`", ""]);
}

/// The lines of code in a page, or in the comments of a source, that begin a path with `crate`.
fn paths_from_the_root(text: &str, is_page: bool) -> Vec<&str> {
    let begins = |line: &str, at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "_$".contains(c));
    let (mut in_code, mut found) = (false, Vec::new());
    for line in text.lines().map(str::trim_start) {
        let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        let Some(line) = comment.or(is_page.then_some(line)).map(str::trim_start) else { continue };
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code && line.match_indices("crate::").any(|(at, _)| begins(line, at)) {
            found.push(line);
        }
    }
    found
}

/// `cargo test` compiles the examples of a crate as modules of one program, in seconds. When that fails, it compiles each alone, and
/// says nothing: it takes minutes. The root of that program is not the root of an example.
#[test]
fn no_example_names_its_root() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (folder, extension) in
        [("qelos-client", "md"), ("qelos-client/src", "rs"), ("spec/src", "md"), ("spec/src", "rs")]
    {
        let files = files(&root.join(folder), extension);
        assert!(files.len() > 3, "{folder} has {} files", files.len());
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let found = paths_from_the_root(&text, extension == "md");
            assert!(found.is_empty(), "{}: write `super`, or a path without a beginning: {found:?}", file.display());
        }
    }
    let page = "`crate::text`\n```\nuse crate::a;\nmy_crate::b();\n```\n";
    assert_eq!(paths_from_the_root(page, true), ["use crate::a;"]);
    assert_eq!(paths_from_the_root("/// ```\n/// crate::a();\n/// ```\ncrate::b();", false), ["crate::a();"]);
}
