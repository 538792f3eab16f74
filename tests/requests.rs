//! The request of every declared endpoint, one snapshot each; and no endpoint without one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::collections::BTreeSet;

use qelos_client::api::{
    ALL, ApiTokensDelete, ApiTokensList, CreateApiToken, GetMe, LogOut, OAuthSignIn, RefreshTokens, SignIn,
};
use qelos_client::{Endpoint, RequestSnapshot, SecretString};

struct Seen(BTreeSet<&'static str>);

impl Seen {
    fn snapshot<E: Endpoint>(&mut self, endpoint: &E) {
        assert!(self.0.insert(E::NAME), "{} is shown twice", E::NAME);
        let request = RequestSnapshot::of(endpoint).unwrap();
        let text = format!("{request}\nneeds {}", <E::Auth as qelos_client::auth::Requirement>::NEEDS);
        assert!(!text.contains("hunter2"), "{text}");
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(E::NAME, text) });
    }
}

fn secret() -> SecretString {
    "hunter2".into()
}

#[test]
fn every_endpoint_has_its_request() {
    let mut seen = Seen(BTreeSet::new());
    let workspace = Some("6b01d2e7627f2972a3745de0".parse().unwrap());

    seen.snapshot(&SignIn { workspace, roles: vec!["admin".to_owned()], ..SignIn::new("ada", secret()) });
    seen.snapshot(&OAuthSignIn::new("ada", secret()));
    seen.snapshot(&RefreshTokens { refresh: secret() });
    seen.snapshot(&LogOut);
    seen.snapshot(&GetMe);
    let expires_at = "2027-01-01T00:00:00Z".parse().unwrap();
    seen.snapshot(&CreateApiToken { nickname: "ci".to_owned(), expires_at, workspace });
    seen.snapshot(&ApiTokensList {});
    seen.snapshot(&ApiTokensDelete { token_id: "6b01d2eb627f2972a3746020".parse().unwrap() });

    let declared: BTreeSet<_> = ALL.iter().map(|endpoint| endpoint.name).collect();
    assert_eq!(seen.0, declared);
    assert_eq!(declared.len(), ALL.len(), "each endpoint is listed once");
}

/// The list of endpoints is kept by hand, so that it is data; this counts what the sources declare.
#[test]
fn the_list_of_endpoints_is_complete() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/src/api");
    let mut declared = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let verbs = ["#[get", "#[head", "#[post", "#[put", "#[patch", "#[delete"];
        let is_operation = |line: &&str| verbs.iter().any(|verb| line.trim_start().starts_with(verb));
        declared += source.lines().filter(is_operation).count();
        declared += source.lines().filter(|line| line.starts_with("#[derive(") && line.contains("Endpoint")).count();
    }
    assert_eq!(declared, ALL.len());
}
