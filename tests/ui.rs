//! Compile errors, as a user reads them: each case under `ui/fail` has its text next to it, each under `ui/pass`
//! compiles.
//!
//! `UI=name cargo test -p qelos-tests --test ui` runs the cases whose path contains `name`; `TRYBUILD=overwrite`
//! accepts the texts, after they were read.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    let wanted = std::env::var("UI").unwrap_or_default();
    for (folder, fails) in [("ui/fail", true), ("ui/pass", false)] {
        for case in cases_in(std::path::Path::new(folder)) {
            match case.to_string_lossy().contains(&wanted) {
                true if fails => cases.compile_fail(&case),
                true => cases.pass(&case),
                false => {}
            }
        }
    }
}

fn cases_in(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut cases = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cases.extend(cases_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            cases.push(path);
        }
    }
    cases.sort();
    cases
}
