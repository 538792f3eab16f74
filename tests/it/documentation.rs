//! The pages that promise something name their tests, which exist; the page about performance has the measured numbers.

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
