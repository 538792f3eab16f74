//! The READMEs, as a page shows them that is not made by rustdoc: each link leads somewhere, and code has no hidden lines.

use std::path::Path;

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A registry shows these alone, without the files beside them.
const ALONE: [&str; 3] = ["qelos-client/README.md", "spec/README.md", "qelos-macros/README.md"];
/// These are read beside the files of the repository.
const IN_THE_REPOSITORY: [&str; 7] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "DECISIONS.md",
    "tests/benches/README.md",
    "tests/fuzz/README.md",
    "tests/mutants/README.md",
];

/// The links that `leads` denies, with those that only rustdoc can resolve, and the lines of code that only rustdoc hides.
fn faults(text: &str, leads: impl Fn(&str) -> bool) -> Vec<String> {
    let to_an_item = |link: BrokenLink<'_>| Some((link.reference.into_string().into(), "".into()));
    let parser = Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(to_an_item));
    let (mut faults, mut in_rust) = (Vec::new(), false);
    for event in parser {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !leads(&dest_url) => {
                faults.push(format!("a link to {dest_url}"));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => in_rust = language.starts_with("rust"),
            Event::End(TagEnd::CodeBlock) => in_rust = false,
            Event::Text(code) if in_rust => {
                let hidden = code.lines().filter(|line| *line == "#" || line.starts_with("# "));
                faults.extend(hidden.map(|line| format!("the hidden line {line}")));
            }
            _ => {}
        }
    }
    faults
}

/// The name under which a link finds the heading `title`.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars().filter(|sign| sign.is_alphanumeric() || "-_".contains(*sign)).collect()
}

/// Whether the file is there, and the heading in it.
fn exists(page: &Path, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let file = if file.is_empty() { page.to_owned() } else { page.with_file_name(file) };
    let has = |text: String| {
        text.lines().any(|line| line.starts_with('#') && anchor(line.trim_matches(['#', ' '])) == heading)
    };
    if heading.is_empty() { file.exists() } else { std::fs::read_to_string(file).is_ok_and(has) }
}

#[test]
fn every_link_leads_somewhere_and_no_code_is_hidden() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let is_external = |link: &str| link.starts_with("https://");
    let pages = ALONE.map(|page| (page, true)).into_iter().chain(IN_THE_REPOSITORY.map(|page| (page, false)));
    for (page, is_alone) in pages {
        let path = root.join(page);
        let text = std::fs::read_to_string(&path).unwrap();
        let faults = faults(&text, |link| is_external(link) || !is_alone && exists(&path, link));
        assert!(faults.is_empty(), "{page} has {faults:#?}");
    }
}

#[test]
fn what_only_rustdoc_understands_is_found() {
    let text = "[`macro@Endpoint`], [a word](crate::guide) and [one][two]; not `[dependencies]`, not [this](https://qelos.io)\n\n\
        [two]: Client::call\n\n```rust\n#[derive(Debug)]\n# struct Hidden;\n```\n\n```toml\n# a comment\n```\n";
    assert_eq!(
        faults(text, |link| link.starts_with("https://")),
        [
            "a link to `macro@Endpoint`",
            "a link to crate::guide",
            "a link to Client::call",
            "the hidden line # struct Hidden;"
        ]
    );
}

#[test]
fn a_link_to_a_heading_that_is_gone_is_found() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("CONTRIBUTING.md");
    assert!(exists(&page, "#build-and-test") && exists(&page, "tests/fuzz/README.md#a-crash"));
    assert!(!exists(&page, "#build-or-test") && !exists(&page, "tests/fuzz/READYOU.md"));
}
