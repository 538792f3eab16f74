//! Compares the requests of the official SDKs with those declared here: equal, except for the differences that are
//! listed.
//!
//! `official_sdks.json` has the requests that they were seen to send, each with the arguments of the call. `shapes` has
//! those of all classes.

mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use qelos_client::api::{
    ApiTokensDelete, ApiTokensList, CreateApiToken, CreateWorkspace, ExchangeAuthCallback, GetMe, McpAuthorize,
    McpExchange, OAuthSignIn, OAuthSignUp, RefreshCookie, RefreshTokens, SignIn, SignOut, SignUp, SocialCallback,
    SocialLogin, SocialProvider, UpdateMe, UpdateWorkspace, WorkspacesActivate, WorkspacesDelete, WorkspacesGet,
    WorkspacesList, WorkspacesMembers,
};
use qelos_client::{BaseUrl, Endpoint, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct Row {
    sdk: String,
    class: String,
    method: String,
    args: Vec<Value>,
    request: Option<Shape>,
    returns: Option<String>,
}

#[derive(Deserialize)]
struct Shape {
    method: String,
    target: String,
    content_type: Option<String>,
    body: String,
}

/// The meaning of a request: the order of keys does not count, nor the choice between two ways to escape.
#[derive(Debug, PartialEq)]
struct Essence {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    content_type: Option<String>,
    body: Option<Value>,
}

impl Essence {
    fn new(method: &str, url: &str, content_type: Option<&str>, body: &str) -> Self {
        let url = url::Url::parse("http://qelos.test").unwrap().join(url).unwrap();
        let pairs =
            |text: &str| -> BTreeMap<_, _> { url::form_urlencoded::parse(text.as_bytes()).into_owned().collect() };
        let body = match (body, content_type) {
            ("", _) => None,
            (form, Some("application/x-www-form-urlencoded")) => Some(serde_json::to_value(pairs(form)).unwrap()),
            (json, _) => Some(serde_json::from_str(json).unwrap()),
        };
        Self {
            method: method.to_owned(),
            path: url.path().to_owned(),
            query: pairs(url.query().unwrap_or_default()),
            content_type: content_type.map(str::to_owned),
            body,
        }
    }

    fn of(endpoint: &impl Endpoint) -> Self {
        let request = endpoint.encode().unwrap();
        let base: BaseUrl = "http://qelos.test".parse().unwrap();
        let headers = request.headers();
        let content_type = headers.get("content-type").map(|value| value.to_str().unwrap());
        let body = std::str::from_utf8(request.body()).unwrap();
        Self::new(request.method().as_str(), &request.url(&base), content_type, body)
    }
}

/// The arguments of an official method.
struct Args<'a>(&'a [Value]);

impl Args<'_> {
    fn text(&self, at: usize) -> String {
        self.0[at].as_str().unwrap().to_owned()
    }

    fn secret(&self, at: usize) -> SecretString {
        self.text(at).into()
    }

    fn object(&self) -> Option<&Map<String, Value>> {
        self.0.last()?.as_object()
    }

    fn field<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Option<T> {
        Some(T::deserialize(self.object()?.get(name)?).unwrap())
    }

    fn string(&self, name: &str) -> String {
        self.field(name).unwrap()
    }

    /// An id. The SDKs take any text; text that is no id is refused here.
    fn id<T: std::str::FromStr<Err: std::fmt::Display>>(&self, at: usize) -> Result<T, String> {
        self.text(at).parse().map_err(|error: T::Err| error.to_string())
    }
}

fn sign_up(args: &Args<'_>) -> SignUp {
    let mut endpoint = SignUp::new(args.string("email"), args.string("password").into(), args.string("firstName"));
    (endpoint.last_name, endpoint.birth_date) = (args.string("lastName"), args.field("birthDate"));
    endpoint
}

/// The request of this crate for the same call, or the reason why it refuses.
fn ours(class: &str, method: &str, args: &Args<'_>) -> Result<Essence, String> {
    match class {
        "authentication" => authentication(method, args),
        "workspaces" => workspaces(method, args),
        other => panic!("{other} is not compared"),
    }
}

fn authentication(method: &str, args: &Args<'_>) -> Result<Essence, String> {
    let secret = |name: &str| SecretString::from(args.string(name));
    Ok(match method {
        "signin" => {
            let mut endpoint = SignIn::new(args.string("username"), secret("password"));
            endpoint.workspace = args.field("workspace");
            endpoint.roles = args.field("roles").unwrap_or_default();
            Essence::of(&endpoint)
        }
        "oauthsignin" => {
            let mut endpoint = OAuthSignIn::new(args.string("username"), secret("password"));
            endpoint.workspace = args.field("workspace");
            Essence::of(&endpoint)
        }
        "signup" => Essence::of(&sign_up(args)),
        "oauthsignup" => Essence::of(&OAuthSignUp::from(sign_up(args))),
        "refreshtoken" => Essence::of(&RefreshTokens::new("any".into())),
        "refreshcookietoken" => Essence::of(&RefreshCookie),
        "apitokensignin" | "getloggedinuser" => Essence::of(&GetMe),
        "updateloggedinuser" => {
            let mut changes = UpdateMe::default();
            changes.first_name = args.field("firstName");
            changes.password = args.field("password");
            Essence::of(&changes)
        }
        "logout" => Essence::of(&SignOut),
        "listapitokens" => Essence::of(&ApiTokensList {}),
        "createapitoken" => {
            let mut endpoint = CreateApiToken::new(args.string("nickname"), args.field("expiresAt").unwrap());
            endpoint.workspace = args.field("workspace");
            Essence::of(&endpoint)
        }
        "deleteapitoken" => Essence::of(&ApiTokensDelete { token_id: args.id(0)? }),
        other => return in_a_browser(other, args),
    })
}

fn in_a_browser(method: &str, args: &Args<'_>) -> Result<Essence, String> {
    let secret = |name: &str| SecretString::from(args.string(name));
    Ok(match method {
        "getsocialloginurl" => {
            let mut login = SocialLogin::new(SocialProvider::Google);
            login.state = args.field("state");
            login.return_url = args.field("returnUrl");
            login.redirect_url = args.field("redirectUrl");
            Essence::of(&login)
        }
        "getsocialcallbackurl" => Essence::of(&SocialCallback::new(SocialProvider::Google)),
        "exchangeauthcallback" => Essence::of(&ExchangeAuthCallback::new(args.secret(0))),
        "socialcallback" => {
            let refresh_token =
                qelos_client::refresh_token_of_callback(&args.text(0)).map_err(|error| error.to_string())?;
            Essence::of(&ExchangeAuthCallback::new(refresh_token))
        }
        "getmcpauthorizeurl" => {
            let mut authorize = McpAuthorize::new(args.string("redirectUri"), args.string("codeChallenge"));
            (authorize.state, authorize.client_id) = (args.field("state"), args.field("clientId"));
            Essence::of(&authorize)
        }
        "exchangemcpauthorizationcode" => {
            Essence::of(&McpExchange::new(secret("code"), args.string("redirectUri"), secret("codeVerifier")))
        }
        other => panic!("{other} is not compared"),
    })
}

fn workspaces(method: &str, args: &Args<'_>) -> Result<Essence, String> {
    Ok(match method {
        "getlist" => Essence::of(&WorkspacesList {}),
        "getworkspace" => Essence::of(&WorkspacesGet { workspace_id: args.id(0)? }),
        "getmembers" => Essence::of(&WorkspacesMembers { workspace_id: args.id(0)? }),
        "activate" => Essence::of(&WorkspacesActivate { workspace_id: args.id(0)? }),
        "remove" => Essence::of(&WorkspacesDelete { workspace_id: args.id(0)? }),
        "create" => {
            let mut endpoint = CreateWorkspace::new(args.string("name"));
            endpoint.labels = args.field("labels").unwrap();
            Essence::of(&endpoint)
        }
        "update" => {
            let mut changes = UpdateWorkspace::new(args.id(0)?);
            changes.name = args.field("name");
            Essence::of(&changes)
        }
        other => panic!("{other} is not compared"),
    })
}

/// The calls where this crate does something else, and why.
const DIFFERENT: [(&str, &str); 5] = [
    ("deleteapitoken ../../signin?x=", "refused: with such an argument this deletes another resource"),
    ("deleteapitoken a b/c#d", "refused: the text is no id"),
    ("deleteapitoken ", "refused: an empty id is the path of the list"),
    ("getworkspace ../users?x=", "refused: this reads another resource"),
    ("activate 6b01d2e7627f2972a3745de0", "no content type, because there is no content"),
];

/// The recordings name workspaces `w1`, which is no id here.
const WORKSPACE: &str = "6b01d2e7627f2972a3745de0";

fn rows() -> Vec<Row> {
    serde_json::from_str(&include_str!("official_sdks.json").replace("w1", WORKSPACE)).unwrap()
}

#[test]
fn what_the_official_sdks_send_is_what_is_sent_here() {
    let mut different = BTreeSet::new();
    let rows = rows();
    for Row { sdk, class, method, args, request, returns } in &rows {
        let theirs = match (request, returns) {
            (Some(shape), _) => Essence::new(&shape.method, &shape.target, shape.content_type.as_deref(), &shape.body),
            (None, Some(url)) => Essence::new("GET", url, None, ""),
            (None, None) => panic!("nothing to compare for {method}"),
        };
        let method = method.replace('_', "").to_lowercase();
        let call = format!("{method} {}", args.first().and_then(Value::as_str).unwrap_or_default());
        let known = DIFFERENT.iter().find(|(other, _)| *other == call);
        let ours = ours(class, &method, &Args(args));
        match known {
            Some(_) if ours.as_ref() != Ok(&theirs) => {
                different.insert(call);
            }
            _ => assert_eq!(ours, Ok(theirs), "{sdk}: {class}.{method}({args:?})"),
        }
    }
    assert_eq!(different, DIFFERENT.iter().map(|(call, _)| (*call).to_owned()).collect(), "each listed call differs");
    assert_eq!(rows.len(), 64);
}

/// The methods of `Authentication` and `Workspaces`.
const TYPESCRIPT: &str = "signin oAuthSignin signup oAuthSignup refreshToken refreshCookieToken apiTokenSignin \
    listApiTokens createApiToken deleteApiToken logout getSocialLoginUrl getSocialCallbackUrl startSocialLogin \
    exchangeAuthCallback socialCallback getMcpAuthorizeUrl exchangeMcpAuthorizationCode getLoggedInUser \
    updateLoggedInUser getWorkspace getMembers getList remove update create activate inviteUser removeMember \
    updateMemberRoles listInvites revokeInvite";
const PYTHON: &str = "signin oauth_signin signup oauth_signup refresh_token api_token_signin list_api_tokens \
    create_api_token delete_api_token logout get_social_login_url get_social_callback_url exchange_auth_callback \
    get_logged_in_user update_logged_in_user get_workspace get_members get_list remove update create activate";

/// The text of all files in a folder.
fn sources(folder: &str) -> String {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// Whether a search of the documentation finds the name.
fn is_found(name: &str) {
    let sources = ["../qelos-client/src/qelos", "../qelos-client/src/session", "../spec/src/api"].map(sources).concat();
    let found = [format!(" fn {name}("), format!(" fn {name}<"), format!("#[doc(alias = \"{name}\")]")];
    assert!(found.iter().any(|text| sources.contains(text)), "a search for {name} finds nothing");
}

const PAGE: &str = include_str!("../../qelos-client/docs/official_sdks.md");
/// What is in front of the tables of the other classes.
const OTHER_CLASSES: &str = "The other classes are in TypeScript only.";

/// The links of the table are checked when the documentation is built.
#[test]
fn the_table_of_methods_has_them_all_and_each_is_found_by_its_name() {
    let table = PAGE.split(OTHER_CLASSES).next().unwrap();
    let column = |at: usize| -> Vec<&str> {
        let rows = table.lines().filter(|line| line.starts_with("| `"));
        rows.filter_map(|row| row.split('|').nth(at)?.trim().strip_prefix('`')?.strip_suffix('`')).collect()
    };
    assert_eq!(column(1), TYPESCRIPT.split_whitespace().collect::<Vec<_>>());
    assert_eq!(column(2), PYTHON.split_whitespace().collect::<Vec<_>>());

    TYPESCRIPT.split_whitespace().for_each(is_found);
    for row in rows() {
        let known = if row.sdk.starts_with("python") { PYTHON } else { TYPESCRIPT };
        assert!(known.split_whitespace().any(|name| name == row.method), "{}", row.method);
    }
}

#[test]
fn each_method_of_the_other_classes_has_a_row_and_is_found_by_its_name() {
    let listed = methods_of_tables(PAGE.split(OTHER_CLASSES).nth(1).unwrap());
    let of_the_sdk = shapes::methods();
    assert!(of_the_sdk.len() > 140, "{}", of_the_sdk.len());
    let names = |heading: &[String], class: &str| heading.iter().any(|word| word.eq_ignore_ascii_case(class));
    for (class, name) in &of_the_sdk {
        let has_a_row = listed.iter().any(|(heading, listed)| names(heading, class) && listed == name);
        assert!(has_a_row || class == "workspaces", "{class}.{name} has no row");
        // The server does not have its route.
        if name != "getExistingRoles" {
            is_found(name);
        }
    }
    for (heading, name) in listed.iter().filter(|(_, name)| name != "query") {
        let is_one = of_the_sdk.iter().any(|(class, known)| names(heading, class) && known == name);
        assert!(is_one, "the SDK has no {name} in {heading:?}");
    }
}

/// The methods in tables, each with the classes that its heading names: ``Payments, and `managePayments`:``.
fn methods_of_tables(text: &str) -> Vec<(Vec<String>, String)> {
    let (mut heading, mut methods) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if let Some(row) = line.strip_prefix("| `") {
            let names = row.split('|').next().unwrap().split(", ");
            methods.extend(names.map(|name| (heading.clone(), name.trim().trim_matches('`').to_owned())));
        } else if line.ends_with(':') {
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '.');
            heading = words.map(str::to_owned).collect();
        }
    }
    methods
}
