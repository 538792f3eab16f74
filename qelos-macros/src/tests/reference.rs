//! The reference of the macros: it has each word, and a user finds it on the page of each crate, with the path of that
//! crate in the examples. `spec/src/docs` has the text, and `qelos-client/docs/macros` a copy, since a crate is published
//! with its own files only.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::words::key;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn the_reference_is_the_same_on_the_pages_of_both_crates() {
    let (source, copies) = (root().join("spec/src/docs"), root().join("qelos-client/docs/macros"));
    let names = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    for name in names(&source) {
        let text = fs::read_to_string(source.join(&name)).unwrap().replace("qelos_spec", "qelos_client");
        let copy = copies.join(&name);
        if env::var("REFERENCE").is_ok_and(|value| value == "overwrite") {
            fs::write(&copy, &text).unwrap();
        }
        let found = fs::read_to_string(&copy).unwrap_or_default();
        assert!(found == text, "{} is out of date: REFERENCE=overwrite writes it again", copy.display());
    }
    assert_eq!(names(&source), names(&copies));
}

#[test]
fn each_word_of_a_scheme_of_sessions_is_in_its_reference() {
    let text = fs::read_to_string(root().join("qelos-client/docs/derive_session_scheme.md")).unwrap();
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| `")).collect();
    let is_explained = |word: &&&str| rows.iter().any(|row| row[3..].starts_with(**word));
    let missing: Vec<_> = key::SESSION.iter().filter(|word| !is_explained(word)).collect();
    assert!(missing.is_empty(), "give {missing:?} a row in qelos-client/docs/derive_session_scheme.md");
}

#[test]
fn each_word_is_in_the_reference() {
    for (page, heading, words) in [
        ("derive_endpoint.md", "# The endpoint", key::ENDPOINT),
        ("derive_endpoint.md", "# The fields", key::FIELD),
        ("derive_endpoint.md", "# The fields", key::SERDE_FIELD),
        ("derive_endpoint.md", "# Pages", key::PAGES),
        ("derive_response.md", "# The fields", key::RESPONSE_FIELD),
        ("resource.md", "# The resource", key::RESOURCE),
        ("resource.md", "# The methods", key::OPERATION),
    ] {
        let text = fs::read_to_string(root().join("spec/src/docs").join(page)).unwrap();
        // Without the examples, which have lines that look like headings.
        let text: String = text.split("\n```").step_by(2).collect();
        let (_, section) = text.split_once(&format!("\n{heading}\n")).unwrap();
        let section = section.split("\n# ").next().unwrap();
        // Words begin a piece of code, or stand behind another one: `` `part, json` ``.
        let codes = section.split('`').skip(1).step_by(2);
        let named: Vec<&str> = codes.flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
        let missing: Vec<_> = words.iter().filter(|word| !named.contains(word)).collect();
        assert!(missing.is_empty(), "explain {missing:?} in spec/src/docs/{page}, below `{heading}`");
    }
}
