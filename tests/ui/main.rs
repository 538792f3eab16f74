//! Compile errors as a user reads them: each case in `fail` has its text beside it. What has to compile is in `../pass`.
//!
//! `UI=name cargo test -p qelos-tests-ui` runs the cases whose path contains `name`; `TRYBUILD=overwrite`
//! accepts the texts: read them first. Two more tests check the texts: every message of ours is in one of them, and
//! every error in them is a message of ours, except for those of [`THE_COMPILERS_OWN`].
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod messages;

use std::path::{Path, PathBuf};

/// Cases with an error in the words of the compiler, and why they are not in ours.
const THE_COMPILERS_OWN: &[(&str, &str)] = &[
    ("attribute/attribute_of_another_framework", "an unknown attribute is refused before the derive sees it"),
    ("attribute/on_a_struct_without_a_derive", "no macro of ours runs without the derive"),
    (
        "client/requirement_as_a_credential",
        "a type may be named without meeting anything; the compiler names the trait when a method is called",
    ),
    ("field/field_without_a_name", "the compiler refuses `_` while it reads the struct"),
    ("field/same_field_twice", "the compiler says it of every struct; a second message would only repeat it"),
    ("generics/unused_parameter", "the compiler says it of every struct; a second message would only repeat it"),
    ("hygiene/wrong_crate_path", "whether a path leads anywhere is resolved after the macro has run"),
    ("pages/field_the_page_has_not", "a macro cannot see the fields of a type; the compiler suggests the right one"),
    ("resource/call_without_await", "the compiler says it of every `must_use`, with our reason"),
    (
        "resource/endpoint_with_fields_but_no_argument",
        "a macro cannot see the fields of an endpoint declared elsewhere",
    ),
    ("resource/type_with_the_name_of_an_endpoint", "a macro cannot see the other items of the module"),
    ("resource/without_the_extension_trait", "the method is not in scope; the compiler names the trait"),
    (
        "response/deserialize_beside_response",
        "a macro cannot see the other derives; the compiler names the two implementations",
    ),
    (
        "sessions/endpoint_that_does_not_begin_a_session",
        "a scheme that begins with one endpoint only: the compiler names it",
    ),
    ("stream/rules_of_another_type", "the rules are a value: the compiler names both types"),
    (
        "types/default_of_another_type",
        "a function is a value: the compiler compares its signature, and names both types",
    ),
    ("types/response_that_stays_on_one_thread", "`Send` is the compiler's to explain"),
    (
        "types/skip_serializing_if_of_another_type",
        "the function is called as serde calls it, so that `str::is_empty` fits a `String`",
    ),
];

#[test]
fn cases_that_fail() {
    let cases = trybuild::TestCases::new();
    for case in wanted("fail") {
        cases.compile_fail(case);
    }
}

#[test]
fn every_message_has_a_case() {
    let texts = texts().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
    let missing: Vec<_> = messages::all().into_iter().filter(|message| !message.is_in(&texts)).collect();
    assert!(missing.is_empty(), "no case shows\n{}", lines(&missing));
}

#[test]
fn every_error_is_ours() {
    let messages = messages::all();
    let mut theirs = Vec::new();
    for (case, text) in texts() {
        let errors = text.lines().filter(|line| line.starts_with("error"));
        if errors.clone().any(|error| !messages.iter().any(|message| message.heads(error))) {
            theirs.push(case);
        }
    }
    let listed: Vec<_> = THE_COMPILERS_OWN.iter().map(|(case, _)| (*case).to_owned()).collect();
    assert_eq!(theirs, listed, "reword them, or say in `THE_COMPILERS_OWN` why they are the compiler's");
}

/// A text that names generated code shows a follow-up error. A text that quotes the standard library depends on its
/// sources.
#[test]
fn texts_show_what_the_user_wrote() {
    for (case, text) in texts() {
        assert!(!text.contains("$RUST"), "{case} quotes the standard library");
        for error in text.lines().filter(|line| line.starts_with("error")) {
            let generated = ["__private", "Caller", "RequestWriter", "RequestReader", "Handle"];
            assert!(!generated.iter().any(|name| error.contains(name)), "{case}: {error}");
        }
    }
}

fn wanted(folder: &str) -> Vec<PathBuf> {
    let wanted = std::env::var("UI").unwrap_or_default();
    files(Path::new(folder), "rs").into_iter().filter(|case| case.to_string_lossy().contains(&wanted)).collect()
}

/// The cases that fail, by name, each with the text of the compiler.
fn texts() -> Vec<(String, String)> {
    let name = |file: &Path| file.strip_prefix("fail").unwrap().with_extension("").to_string_lossy().into_owned();
    let files = files(Path::new("fail"), "stderr");
    files.iter().map(|file| (name(file), std::fs::read_to_string(file).unwrap())).collect()
}

fn lines(messages: &[messages::Message]) -> String {
    messages.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files_found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files_found.push(path);
        }
    }
    files_found.sort();
    files_found
}
