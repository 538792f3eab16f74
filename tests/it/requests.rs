//! One snapshot for the request of each declared endpoint, and no endpoint without one.

use std::collections::BTreeSet;

use qelos_client::api::{
    ALL, ApiTokensDelete, ApiTokensList, CreateApiToken, CreateWorkspace, ExchangeAuthCallback, GetMe, McpAuthorize,
    McpConsent, McpDiscovery, McpExchange, McpRegister, OAuthSignIn, OAuthSignUp, RefreshCookie, RefreshTokens, SignIn,
    SignOut, SignUp, SocialCallback, SocialLogin, SocialProvider, UpdateMe, UpdateWorkspace, WorkspacesActivate,
    WorkspacesAddMember, WorkspacesDelete, WorkspacesGet, WorkspacesList, WorkspacesMembers, WorkspacesRemoveMember,
    WorkspacesUpdateMember,
};
use qelos_client::{Endpoint, RequestSnapshot, SecretString, UserId, WorkspaceId};

use crate::samples::{self, Visitor};

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

/// The requests of the other endpoints are in `samples`, some of them more than once.
impl Visitor for Seen {
    fn visit<E: Endpoint>(&mut self, _: &str, _: usize, _: &[&str], endpoint: &E) {
        if !self.0.contains(E::NAME) {
            self.snapshot(endpoint);
        }
    }
}

fn secret() -> SecretString {
    "hunter2".into()
}

#[test]
fn every_endpoint_has_its_request() {
    let mut seen = Seen(BTreeSet::new());
    sessions(&mut seen);
    browsers(&mut seen);
    workspaces(&mut seen);
    samples::visit(&mut seen);

    let declared: BTreeSet<_> = ALL.iter().map(|endpoint| endpoint.name).collect();
    assert_eq!(seen.0, declared);
    assert_eq!(declared.len(), ALL.len(), "each endpoint is listed once");
}

fn sessions(seen: &mut Seen) {
    let workspace = Some("6b01d2e7627f2972a3745de0".parse().unwrap());
    let mut sign_in = SignIn::new("ada", secret());
    sign_in.workspace = workspace;
    sign_in.roles = vec!["admin".to_owned()];
    seen.snapshot(&sign_in);
    seen.snapshot(&OAuthSignIn::new("ada", secret()));
    let mut sign_up = SignUp::new("Ada@Example.com", secret(), "Ada");
    sign_up.birth_date = Some("1815-12-10".to_owned());
    seen.snapshot(&sign_up);
    seen.snapshot(&OAuthSignUp::from(sign_up));
    seen.snapshot(&RefreshTokens::new(secret()));
    seen.snapshot(&RefreshCookie);
    seen.snapshot(&SignOut);
    seen.snapshot(&GetMe);
    let mut changes = UpdateMe::default();
    changes.first_name = Some("Ada".to_owned());
    changes.password = Some(secret());
    seen.snapshot(&changes);
    let expires_at = "2027-01-01T00:00:00Z".parse().unwrap();
    let mut token = CreateApiToken::new("ci", expires_at);
    token.workspace = workspace;
    seen.snapshot(&token);
    seen.snapshot(&ApiTokensList {});
    seen.snapshot(&ApiTokensDelete { token_id: "6b01d2eb627f2972a3746020".parse().unwrap() });
}

fn browsers(seen: &mut Seen) {
    let mut login = SocialLogin::new(SocialProvider::Google);
    login.return_url = Some("/done?x=1".to_owned());
    seen.snapshot(&login);
    seen.snapshot(&SocialCallback::new(SocialProvider::Other("acme".to_owned())));
    seen.snapshot(&ExchangeAuthCallback::new(secret()));

    let redirect_uri = "http://127.0.0.1:7777/callback";
    seen.snapshot(&McpDiscovery);
    let mut register = McpRegister::new(vec![redirect_uri.to_owned()]);
    register.client_name = Some("inspector".to_owned());
    seen.snapshot(&register);
    let mut authorize = McpAuthorize::new(redirect_uri, "challenge");
    authorize.state = Some("state".to_owned());
    seen.snapshot(&authorize);
    seen.snapshot(&McpConsent::accept(secret()));
    seen.snapshot(&McpExchange::new(secret(), redirect_uri, secret()));
}

fn workspaces(seen: &mut Seen) {
    let workspace_id: WorkspaceId = "6b01d2e7627f2972a3745de0".parse().unwrap();
    let user_id: UserId = "6b01d2e6627f2972a3745ddb".parse().unwrap();
    let roles = vec!["admin".to_owned()];
    seen.snapshot(&CreateWorkspace::new("Engines"));
    let mut changes = UpdateWorkspace::new(workspace_id);
    changes.name = Some("Analytical Engines".to_owned());
    seen.snapshot(&changes);
    seen.snapshot(&WorkspacesList {});
    seen.snapshot(&WorkspacesGet { workspace_id });
    seen.snapshot(&WorkspacesDelete { workspace_id });
    seen.snapshot(&WorkspacesMembers { workspace_id });
    seen.snapshot(&WorkspacesAddMember { workspace_id, user_id, roles: roles.clone() });
    seen.snapshot(&WorkspacesUpdateMember { workspace_id, user_id, roles });
    seen.snapshot(&WorkspacesRemoveMember { workspace_id, user_id });
    seen.snapshot(&WorkspacesActivate { workspace_id });
}

/// The list of endpoints is written by hand, so that it is data. This test counts the declarations in the sources.
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
