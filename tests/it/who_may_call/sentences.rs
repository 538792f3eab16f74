//! The sentences about who may call, in documents, messages and hints, agree with the requirements.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use qelos_client::api::{
    ApiTokensDelete, ApiTokensList, CreateApiToken, CreateWorkspace, UpdateMe, WorkspacesActivate, WorkspacesGet,
};
use qelos_client::auth::{Anyone, CookieOnly, CredentialKind, Privileged, Public, Requirement, Session, SignedIn};
use qelos_client::{Endpoint, spec};

/// The credentials, and the word for each that a sentence about it has.
const CREDENTIALS: [(CredentialKind, &str); 3] =
    [(CredentialKind::Cookie, "cookie"), (CredentialKind::OAuth, "oauth"), (CredentialKind::ApiToken, "api token")];

/// What a sentence says of the credentials that it names.
#[derive(Clone, Copy)]
enum Says {
    /// They may call, and no others.
    Only,
    May,
    MayNot,
}

use Says::{May, MayNot, Only};

type Accepts = fn(CredentialKind) -> bool;

/// Who may call this endpoint.
const fn of<E: Endpoint>() -> Accepts {
    <E::Auth as Requirement>::accepts
}

/// Each sentence, and the requirements that it is about. A new one fails the test below until it is listed here.
const SENTENCES: [(&str, Says, &[Accepts]); 27] = [
    ("`SignedIn` takes a cookie session, an OAuth session or an API token", Only, &[SignedIn::accepts]),
    ("`Session` takes a cookie or an OAuth session", Only, &[Session::accepts]),
    ("`CookieOnly` takes a cookie session", Only, &[CookieOnly::accepts]),
    ("API tokens are for `SignedIn` endpoints only", MayNot, &[Session::accepts, CookieOnly::accepts]),
    ("A signed-in user: a cookie session, an OAuth session or an API token.", Only, &[SignedIn::accepts]),
    ("a signed-in user (a cookie session, an OAuth session or an API token)", Only, &[SignedIn::accepts]),
    (
        "a user with a privileged role (a cookie session, an OAuth session or an API token)",
        Only,
        &[Privileged::accepts],
    ),
    ("A session of a person: cookie or OAuth.", Only, &[Session::accepts]),
    ("The server refuses API tokens.", MayNot, &[Session::accepts]),
    ("\"a cookie or OAuth session", Only, &[Session::accepts]),
    ("needs a cookie or OAuth session", Only, &[Session::accepts]),
    ("(API tokens are refused)", MayNot, &[Session::accepts]),
    ("A cookie session. The server fails for every other credential.", Only, &[CookieOnly::accepts]),
    ("NEEDS: &'static str = \"a cookie session\"", Only, &[CookieOnly::accepts]),
    ("The server refuses all three to a caller with an API token.", MayNot, &MANAGEMENT),
    ("It may not manage API tokens", MayNot, &MANAGEMENT),
    ("(an API token cannot create others)", MayNot, &MANAGEMENT),
    ("create a new one with a cookie or OAuth session", Only, &MANAGEMENT),
    ("or the server does not allow it to an API token", MayNot, &[Session::accepts, CookieOnly::accepts]),
    ("try with a cookie or OAuth session", Only, &[Session::accepts]),
    ("The server does this for cookie sessions only", Only, &[of::<WorkspacesActivate>()]),
    ("Only a cookie session can activate a workspace", Only, &[of::<WorkspacesActivate>()]),
    ("an API token can do neither", MayNot, &[of::<WorkspacesActivate>()]),
    ("An API token that is locked to a workspace can read and create other workspaces", May, &WORKSPACES),
    ("An API token that is locked to one workspace can list, read and create others", May, &WORKSPACES),
    ("any API token can change the password", May, &[of::<UpdateMe>()]),
    ("An API token may call it, and can change the password.", May, &[of::<UpdateMe>()]),
];

const MANAGEMENT: [Accepts; 3] = [of::<ApiTokensList>(), of::<CreateApiToken>(), of::<ApiTokensDelete>()];
const WORKSPACES: [Accepts; 2] = [of::<WorkspacesGet>(), of::<CreateWorkspace>()];

/// The words by which such a sentence is found.
const SIGNS: [&str; 16] = [
    "cookie or oauth",
    "cookie or an oauth",
    " or an api token",
    "refuses api tokens",
    "api tokens are for",
    "api tokens are refused",
    "api token may",
    "api token can change",
    "workspace can read and create",
    "workspace can list, read and create",
    "api token cannot",
    "caller with an api token",
    "may not manage api tokens",
    "for cookie sessions only",
    "only a cookie session",
    "oauth session only",
];

/// The text of all sources and documents for users, on one line for each file, without the marks of comments.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut texts = Vec::new();
    for part in ["spec", "qelos-client", "README.md", "DECISIONS.md"] {
        read(&root.join(part), &mut texts);
    }
    assert!(texts.len() > 100, "the sources were found");
    texts
}

fn read(path: &Path, texts: &mut Vec<(String, String)>) {
    let name = path.file_name().unwrap().to_str().unwrap();
    if path.is_dir() && !["target", "tests"].contains(&name) {
        for entry in fs::read_dir(path).unwrap() {
            read(&entry.unwrap().path(), texts);
        }
    } else if [".rs", ".md"].iter().any(|ending| name.ends_with(ending)) && name != "tests.rs" {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = code.lines().map(|line| line.trim_start().trim_start_matches(['/', '!']).trim());
        texts.push((path.display().to_string(), lines.collect::<Vec<_>>().join(" ")));
    }
}

fn named_in(sentence: &str) -> BTreeSet<&'static str> {
    let sentence = sentence.to_lowercase();
    CREDENTIALS.iter().map(|(_, word)| *word).filter(|word| sentence.contains(word)).collect()
}

fn accepted(accepts: Accepts) -> BTreeSet<&'static str> {
    CREDENTIALS.iter().filter(|(kind, _)| accepts(*kind)).map(|(_, word)| *word).collect()
}

#[test]
fn each_sentence_agrees_with_its_requirements() {
    let texts = texts();
    for (sentence, says, requirements) in SENTENCES {
        assert!(texts.iter().any(|(_, text)| text.contains(sentence)), "no file has: {sentence}");
        let named = named_in(sentence);
        assert!(!named.is_empty(), "it names no credential: {sentence}");
        for accepted in requirements.iter().map(|accepts| accepted(*accepts)) {
            let agrees = match says {
                Only => named == accepted,
                May => named.is_subset(&accepted),
                MayNot => named.is_disjoint(&accepted),
            };
            assert!(agrees, "{accepted:?} may call, and not what this says: {sentence}");
        }
    }
}

#[test]
fn each_sentence_about_who_may_call_is_compared() {
    for (file, mut text) in texts() {
        for (sentence, ..) in SENTENCES {
            text = text.replace(sentence, "");
        }
        let text = text.to_lowercase();
        for sign in SIGNS {
            let around = text.split(sign).next().unwrap().len();
            let sentence: String = text[around..].chars().take(80).collect();
            assert!(sentence.is_empty(), "{file} has a sentence that is not in the list: {sentence}");
        }
    }
}

#[test]
fn the_words_for_a_requirement_name_what_it_accepts() {
    let words = |needs: &'static str| named_in(needs.trim_end_matches("(API tokens are refused)"));
    assert_eq!(words(SignedIn::NEEDS), accepted(SignedIn::accepts));
    assert_eq!(words(Privileged::NEEDS), accepted(Privileged::accepts));
    assert_eq!(words(Session::NEEDS), accepted(Session::accepts));
    assert_eq!(words(CookieOnly::NEEDS), accepted(CookieOnly::accepts));
    assert_eq!((Public::NEEDS, accepted(Public::accepts).len()), ("no credential", CREDENTIALS.len()));
    assert_eq!(accepted(Anyone::accepts).len(), CREDENTIALS.len());
}

/// The table in the documentation of `qelos_client::auth`.
#[test]
fn the_table_of_the_documentation_is_that_of_the_requirements() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("qelos-client/src/auth.rs");
    let source = fs::read_to_string(path).unwrap();
    let row = |accepts: Accepts| {
        let kinds = [CredentialKind::Anonymous].into_iter().chain(CREDENTIALS.map(|(kind, _)| kind));
        let cells: Vec<_> = kinds.map(|kind| if accepts(kind) { "yes" } else { "–" }).collect();
        let any = if cells.contains(&"–") { "checked in each call" } else { "yes" };
        format!("{} | {any}", cells.join(" | "))
    };
    let columns = ["Anonymous", "CookieSession", "OAuth", "ApiTokenAuth", "AnyCredential"];
    let head = columns.map(|column| format!("[`{column}`]")).join(" | ");
    assert!(source.contains(&format!("//! | requirement | {head} |\n")), "the columns");
    let rows: [(&str, Accepts); 6] = [
        ("Public", Public::accepts),
        ("Anyone", Anyone::accepts),
        ("SignedIn", SignedIn::accepts),
        ("Privileged", Privileged::accepts),
        ("Session", Session::accepts),
        ("CookieOnly", CookieOnly::accepts),
    ];
    for (requirement, accepts) in rows {
        let row = format!("//! | [`{requirement}`] | {} |\n", row(accepts));
        assert!(source.contains(&row), "{row}");
    }
    let declared = spec::api::ALL.iter().map(|endpoint| endpoint.needs).collect::<BTreeSet<_>>();
    let of_people = [SignedIn::NEEDS, Privileged::NEEDS, Session::NEEDS, CookieOnly::NEEDS];
    let listed = [Public::NEEDS, Anyone::NEEDS].into_iter().chain(of_people).collect::<BTreeSet<_>>();
    assert_eq!(declared, listed, "the endpoints of Qelos need what the table has");
}
