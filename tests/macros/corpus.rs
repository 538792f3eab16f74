//! Every file of `fuzz/corpus` goes through the function that is fuzzed with it, without a fuzzer.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{fs, panic};

use crate::drive;

#[test]
fn no_file_of_the_corpus_fails() {
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
fn each_folder_of_the_corpus_has_a_target() {
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
