//! The requests of each method of each class of the official SDK for TypeScript, beside ours.
//!
//! `fixtures/request-shapes.json` has what each method gave to `fetch`, with words in place of ids. The samples say which
//! request of ours is meant for which call.

use std::collections::{BTreeMap, BTreeSet};

use qelos_client::Endpoint;
use serde::Deserialize;
use serde_json::Value;

use crate::samples::{self, Visitor, with_words};

#[derive(Deserialize)]
struct Shapes {
    methods: BTreeMap<String, Calls>,
}

#[derive(Deserialize)]
struct Calls {
    /// With the options that an administrator has by default.
    requests: Vec<Sent>,
    /// Without them, where they make a difference.
    plain: Option<Vec<Sent>>,
}

#[derive(Deserialize)]
struct Sent {
    method: String,
    path: String,
    query: String,
    body: Option<String>,
    headers: BTreeMap<String, String>,
}

/// A request without what has no meaning: the order of names, and the way of escaping.
#[derive(Debug, PartialEq)]
struct Shape {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: Option<Value>,
}

impl Sent {
    fn shape(&self) -> Shape {
        let body = self
            .body
            .as_deref()
            .map(|body| serde_json::from_str(body).unwrap_or_else(|_| Value::String(format!("no JSON: {body}"))));
        Shape {
            method: self.method.clone(),
            path: self.path.clone(),
            query: pairs(self.query.trim_start_matches('?')),
            headers: self.headers.clone(),
            body,
        }
    }
}

fn pairs(query: &str) -> BTreeMap<String, String> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.map(|(name, value)| (name.into_owned(), with_words(&value))).collect()
}

/// Our request, without the fields that the SDK does not require.
fn shape(endpoint: &impl Endpoint, more: &[&str]) -> Shape {
    let request = endpoint.encode().unwrap();
    let (path, query) = request.target().split_once('?').unwrap_or((request.target(), ""));
    let headers = request.headers();
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
    // `accept: application/json` says what `*/*` leaves open.
    let headers = headers.filter(|(_, value)| !["application/json", "*/*"].contains(&value.as_str()));
    let mut headers: BTreeMap<_, _> = headers.collect();
    let body = std::str::from_utf8(request.body()).unwrap();
    let body = (!body.is_empty()).then(|| serde_json::from_str::<Value>(&with_words(body)).unwrap());
    if body.is_some() {
        headers.insert("content-type".to_owned(), request.headers()["content-type"].to_str().unwrap().to_owned());
    }
    Shape {
        method: request.method().as_str().to_owned(),
        path: with_words(path),
        query: pairs(query),
        headers,
        body: body.map(|body| without(body, more)),
    }
}

fn without(value: Value, names: &[&str]) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| !names.contains(&name.as_str()));
            fields.map(|(name, value)| (name, without(value, names))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(|element| without(element, names)).collect(),
        other => other,
    }
}

/// The calls whose request we send in another form, and why.
const DIFFERENT: &[(&str, &str)] = &[
    ("ai.chat.stream(integration, options)", "the server reads `stream` in the query, and no second one in the body"),
    ("ai.chat.streamInThread(integration, thread, options)", "as above"),
    ("entities(key with a slash)", "a value of the path stays in its segment: the slash is encoded"),
    ("entities(key).create(entity, {query, headers})", "the headers of a call are added, and replace none"),
    ("events.getList(params)", "the first page is asked for without its number"),
    ("lambdas.post(id, {headers})", "no content type, because there is no content"),
    ("users.getList(filters)", "the SDK does not encode the values, and sends other ones"),
    ("workspaces.inviteUser(id, email)", "an invite without roles is written back with none, and none is added here"),
    ("workspaces.inviteUser(id, email, roles)", "an invite without roles is written back with none"),
];

/// The calls without a request of ours, and why.
const NONE: &[(&str, &str)] = &[
    ("ai.threads.list(options)", "the server ignores the limit and the page, and has no other parameters"),
    ("blueprints.getPieChart(key)", "the server refuses it: a pie needs a property"),
    ("impersonateUser(user, workspace); workspaces.getList()", "an option of a client: see `acting.rs`"),
    ("lambdas.delete(id, {body})", "a body is JSON; another one is that of an endpoint of the program"),
    ("lambdas.execute(id, init)", "a body is JSON; another one is that of an endpoint of the program"),
    ("payments.getPlans({isActive})", "the server does not read the parameter"),
    ("roles.getExistingRoles()", "the server does not have the route: 404 for everyone"),
    ("workspaces.removeMember(id, user)", "the text is no id"),
];

fn shapes() -> BTreeMap<String, Calls> {
    let shapes: Shapes = serde_json::from_str(include_str!("../../fixtures/request-shapes.json")).unwrap();
    shapes.methods
}

/// All methods that are called, each with its class: `entities(key).where().find()` calls two of `entities`.
pub(super) fn methods() -> BTreeSet<(String, String)> {
    let calls = shapes().into_keys().filter(|call| !call.starts_with("impersonateUser"));
    let methods = calls.flat_map(|call| {
        let first = call.split('(').next().unwrap();
        let class = first.rsplit_once('.').map_or(first, |(class, _)| class).to_owned();
        let before = call.split('(').map(|text| text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned());
        let names: Vec<_> = before.collect();
        // Behind the last bracket there are arguments.
        names[..names.len() - 1].iter().map(|name| (class.clone(), name.clone())).collect::<Vec<_>>()
    });
    methods.filter(|(_, name)| name != "entities").collect()
}

struct Comparison {
    shapes: BTreeMap<String, Calls>,
    seen: BTreeSet<String>,
    different: BTreeSet<String>,
}

impl Visitor for Comparison {
    fn visit<E: Endpoint>(&mut self, call: &str, at: usize, more: &[&str], endpoint: &E) {
        if call.is_empty() {
            return;
        }
        let calls = self.shapes.get(call).unwrap_or_else(|| panic!("the SDK has no {call}"));
        let mut theirs = calls.plain.as_ref().unwrap_or(&calls.requests)[at].shape();
        // The classes for administrators send it always; here it is an option of a client.
        theirs.query.remove("bypassAdmin");
        let ours = shape(endpoint, more);
        self.seen.insert(call.to_owned());
        if DIFFERENT.iter().any(|(known, _)| *known == call) {
            if ours != theirs {
                self.different.insert(call.to_owned());
            }
        } else {
            assert_eq!(ours, theirs, "{call}, {}", E::NAME);
        }
    }
}

fn names(list: &[(&str, &str)]) -> BTreeSet<String> {
    list.iter().map(|(call, _)| (*call).to_owned()).collect()
}

#[test]
fn each_method_of_the_sdk_sends_what_is_sent_here() {
    let shapes = shapes();
    let all: BTreeSet<_> = shapes.keys().cloned().collect();
    assert_eq!(all.len(), 170);
    let mut comparison = Comparison { shapes, seen: BTreeSet::new(), different: BTreeSet::new() };
    samples::visit(&mut comparison);
    assert_eq!(comparison.different, names(DIFFERENT), "each listed call differs");
    let missing: BTreeSet<_> = all.difference(&comparison.seen).cloned().collect();
    assert_eq!(missing, names(NONE), "each other call has a request");
}

/// What an administrator of the SDK sends beside a plain user is one parameter, which is an option of a client here.
#[test]
fn the_options_of_an_administrator_are_one_parameter() {
    let shapes: Shapes = serde_json::from_str(include_str!("../../fixtures/request-shapes.json")).unwrap();
    let with_options =
        shapes.methods.iter().filter_map(|(call, calls)| Some((call, &calls.requests, calls.plain.as_ref()?)));
    let mut compared = 0;
    for (call, of_administrator, plain) in with_options {
        for (of_administrator, plain) in of_administrator.iter().zip(plain) {
            let mut expected = plain.shape();
            expected.query.insert("bypassAdmin".to_owned(), "true".to_owned());
            assert_eq!(of_administrator.shape(), expected, "{call}");
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared}");
}
