//! Every file of `fuzz/corpus` goes through the function that is fuzzed with it, without a fuzzer.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{fs, panic};

// A crate of macros exports nothing but macros, so its modules stand here by their path, as in `fuzz/src/lib.rs`.
#[path = "../qelos-macros/src"]
mod front_end {
    pub(crate) mod check;
    pub(crate) mod draft;
    pub(crate) mod errors;
    pub(crate) mod expand;
    pub(crate) mod model;
    pub(crate) mod parse;
    pub(crate) mod pipeline;
    pub(crate) mod runtime_path;
    pub(crate) mod tokens;
    pub(crate) mod words;
}

/// What is fuzzed.
#[path = "fuzz/src"]
pub mod fuzz {
    pub mod drive;
}

// They name each other from the root of their crate.
use front_end::{check, draft, errors, expand, model, parse, pipeline, runtime_path, tokens, words};
use fuzz::drive;

#[test]
fn what_was_found_once_stays_found() {
    let mut failed = Vec::new();
    for target in drive::TARGETS {
        let files = files_of(target.name);
        assert!(!files.is_empty(), "there is no corpus for `{}`", target.name);
        for file in files {
            let data = fs::read(&file).unwrap();
            if panic::catch_unwind(|| (target.run)(&data)).is_err() {
                failed.push(format!("{}\n{}", file.display(), (target.show)(&data)));
            }
        }
    }
    assert!(failed.is_empty(), "{} files of the corpus fail, see above:\n\n{}", failed.len(), failed.join("\n\n"));
}

#[test]
fn each_folder_of_the_corpus_is_that_of_a_target() {
    let folders: BTreeSet<_> =
        fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders, drive::TARGETS.map(|target| target.name.to_owned()).into());
}

fn files_of(target: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(corpus().join(target)).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}
