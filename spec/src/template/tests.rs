use super::*;
use crate::value::{by, write_display};

fn fill(text: &'static str, value: &str) -> Result<String, (&'static str, String)> {
    PathTemplate::new(text).fill(&[("id", &value)]).map(Cow::into_owned)
}

#[test]
fn values_are_encoded_outside_the_unreserved_set() {
    assert_eq!(fill("/t/{id}/x", "a b/c\\d?e#f%2e").unwrap(), "/t/a%20b%2Fc%5Cd%3Fe%23f%252e/x");
    assert_eq!(fill("/t/{id}", "az-._~09").unwrap(), "/t/az-._~09");
}

#[test]
fn dots_between_separators_are_refused_whatever_their_encoding() {
    for value in [
        "",
        ".",
        "..",
        "../../admin",
        "a/../b",
        "x/..",
        "./x",
        "a\\..\\b",
        "..%2f..",
        "%2e%2E",
        "%252e%252e",
        "%25252525252e.",
        "%%32e.",
        "a%5c..",
        "..;x",
        "a/..;v=1/b",
        "..?x",
        "a/..#x",
        "..\0.png",
        ".\t.",
        " .. ",
    ] {
        assert!(fill("/t/{id}", value).is_err(), "{value:?}");
    }
    for (template, value) in [("/t/{id};v=1", ".."), ("/t/%252{id}.", "e"), ("/t/a{id}", "/..")] {
        assert!(fill(template, value).is_err(), "{value:?} in {template}");
    }
    let message = fill("/t/{id}", "a/../b").unwrap_err().1;
    assert!(message.starts_with("a part of the path would be `..`, which servers and gateways remove"), "{message}");
    assert!(message.ends_with("or declare the field in the query"), "{message}");
}

#[test]
fn dots_beside_other_characters_are_values() {
    for (value, path) in [
        ("a..b", "/t/a..b"),
        (".hidden", "/t/.hidden"),
        ("v1.2", "/t/v1.2"),
        ("1.", "/t/1."),
        ("..a/b", "/t/..a%2Fb"),
        ("50%", "/t/50%25"),
        ("%zz..", "/t/%25zz.."),
    ] {
        assert_eq!(fill("/t/{id}", value).as_deref(), Ok(path), "{value:?}");
    }
}

#[test]
fn a_display_that_fails_is_an_error() {
    struct Fails;
    impl fmt::Display for Fails {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    let fails = by(|texts| write_display(&Fails, texts));
    assert_eq!(PathTemplate::new("/{id}").fill(&[("id", &fails)]).unwrap_err().1, "its `Display` fails");
}

#[test]
fn a_value_that_completes_a_dot_segment_is_refused() {
    assert!(fill("/t/{id}.", ".").is_err(), "the literal completes the dot segment");
    assert_eq!(fill("/t/{id}", "...").unwrap(), "/t/...");
    assert_eq!(fill("/t/v{id}", "..").unwrap(), "/t/v..");
}

#[test]
fn captures_undo_fill() {
    let template = PathTemplate::new("/files/{id}.pdf");
    let path = template.fill(&[("id", &"ä/ö")]).unwrap();
    assert_eq!(template.captures(&path).unwrap(), [("id", Cow::from("ä/ö"))]);
    assert!(template.captures("/files/.pdf").is_none(), "an empty value is not a value");
}

#[test]
fn the_rest_of_a_path_keeps_its_slashes_and_nothing_else() {
    assert_eq!(fill("/files/{*id}", "a b/ü?.txt").unwrap(), "/files/a%20b/%C3%BC%3F.txt");
    for value in ["", "/a", "a/", "a//b", "../a", "a/.", "."] {
        assert!(fill("/files/{*id}", value).is_err(), "{value:?}");
    }
    let template = PathTemplate::new("/files/{*id}");
    assert_eq!(template.placeholders().collect::<Vec<_>>(), ["id"]);
    assert_eq!(template.captures("/files/a/b%20c").unwrap(), [("id", Cow::from("a/b c"))]);
    for path in ["/files", "/files/", "/files//a", "/files/a/"] {
        assert!(template.captures(path).is_none(), "{path}");
    }
}

#[test]
fn fixed_text_has_the_characters_of_a_segment() {
    for (text, path) in [
        ("/projects/{id}:publish", "/projects/a%3Apublish:publish"),
        ("/@{id}", "/@a%3Apublish"),
        ("/a;v=1/{id};v=2", "/a;v=1/a%3Apublish;v=2"),
        ("/a%20b!$&'()*+,;=:@/{id}", "/a%20b!$&'()*+,;=:@/a%3Apublish"),
        ("/a/{id}/", "/a/a%3Apublish/"),
    ] {
        assert_eq!(fill(text, "a:publish").unwrap(), path);
        assert_eq!(PathTemplate::new(text).captures(path).unwrap(), [("id", Cow::from("a:publish"))]);
    }
    assert!(fill("/%2E{id}", ".").is_err() && fill("/{id}%2e", ".").is_err(), "parsers remove encoded dots, too");
    assert!(PathTemplate::new("/a/").captures("/a").is_none());
    assert!(PathTemplate::new("/a").captures("/a/").is_none());
    assert!(PathTemplate::new("/a/").captures("/a/").is_some());
}

#[test]
fn fixed_text_can_follow_the_rest_of_a_path() {
    for (text, path) in [
        ("/files/{*id}/versions", "/files/a/versions/versions"),
        ("/files/{*id}/versions/", "/files/a/versions/versions/"),
        ("/files/v{*id}.pdf/all", "/files/va/versions.pdf/all"),
        ("/{*id}:publish", "/a/versions:publish"),
    ] {
        assert_eq!(fill(text, "a/versions").unwrap(), path);
        assert_eq!(PathTemplate::new(text).captures(path).unwrap(), [("id", Cow::from("a/versions"))]);
    }
    let versions = PathTemplate::new("/files/{*id}/versions");
    for path in ["/files/versions", "/files//versions", "/files/a//versions", "/files/a", "/files/a/versions/"] {
        assert!(versions.captures(path).is_none(), "{path}");
    }
    assert!(fill("/files/.{*id}/versions", "./a").is_err(), "the first part completes a dot segment");
    assert!(fill("/files/{*id}.", "a/.").is_err(), "the last part completes a dot segment");
    assert_eq!(fill("/files/.{*id}.", "./.").unwrap_err().0, "id");
    assert_eq!(fill("/files/v{*id}", "../a").unwrap(), "/files/v../a");
}

#[test]
fn the_root_is_a_template() {
    let root = PathTemplate::new("/");
    assert_eq!(format!("{root:?}"), "PathTemplate(\"/\")");
    assert_eq!(root.fill(&[]).unwrap(), "/");
    assert!(root.captures("/").is_some() && root.captures("/x").is_none());
}

#[test]
fn mistakes_panic() {
    for text in [
        "",
        "x",
        "/a//b",
        "//",
        "/a//",
        "/{",
        "/{}",
        "/}",
        "/{a}{b}",
        "/{{a}}",
        "/a?b",
        "/a#",
        "/a b",
        "/./a",
        "/..",
        "/{a-b}",
        "/{*}",
        "/{*",
        "/{*a}/{b}",
        "/{*a}{b}",
        "/{*a}-{b}",
        "/{a}-{*b}",
        "/{a*}",
        "/{ a }",
        "/%",
        "/%2",
        "/%2x",
        "/%2e",
        "/.%2E/a",
        "/\"",
        "/\\",
        "/ü",
        "/[a]",
    ] {
        let outcome = std::panic::catch_unwind(|| PathTemplate::new(text));
        assert!(outcome.is_err(), "{text:?} was accepted");
    }
}
