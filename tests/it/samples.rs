//! A request of each endpoint of Qelos beyond sessions, with the calls of the official SDK that send the same.

mod accounts;
mod ai;
mod content;
mod payments;
mod plugins;
mod records;

use std::fmt::Debug;
use std::str::FromStr;

use qelos_client::Endpoint;
use serde_json::{Map, Value, json};

/// What is done with each sample.
pub(crate) trait Visitor {
    /// `call` is a call of the official SDK, `at` which of its requests is meant, and `more` names the fields that we
    /// require and the SDK does not.
    fn visit<E: Endpoint>(&mut self, call: &str, at: usize, more: &[&str], endpoint: &E);
}

/// The samples, with shorter words for the usual cases.
pub(crate) struct Samples<'v, V>(&'v mut V);

impl<V: Visitor> Samples<'_, V> {
    /// The SDK sends the same.
    fn same(&mut self, call: &str, endpoint: &impl Endpoint) {
        self.0.visit(call, 0, &[], endpoint);
    }

    /// The same, but for required fields.
    fn with(&mut self, call: &str, more: &[&str], endpoint: &impl Endpoint) {
        self.0.visit(call, 0, more, endpoint);
    }

    /// The second request of a call.
    fn second(&mut self, call: &str, endpoint: &impl Endpoint) {
        self.0.visit(call, 1, &[], endpoint);
    }

    /// The SDK has no such call.
    fn only_here(&mut self, endpoint: &impl Endpoint) {
        self.0.visit("", 0, &[], endpoint);
    }
}

pub(crate) fn visit(visitor: &mut impl Visitor) {
    let mut samples = Samples(visitor);
    accounts::visit(&mut samples);
    ai::visit(&mut samples);
    content::visit(&mut samples);
    payments::visit(&mut samples);
    plugins::visit(&mut samples);
    records::visit(&mut samples);
}

/// An id that stands for a word: the recorded calls of the SDK have words in place of ids.
pub(crate) fn id<T: FromStr<Err: Debug>>(word: &str) -> T {
    let mut bytes = [0; 12];
    bytes[..word.len()].copy_from_slice(word.as_bytes());
    let number = bytes.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    format!("{number:024x}").parse().unwrap()
}

/// The text with its ids as the words that they stand for.
pub(crate) fn with_words(text: &str) -> String {
    let (mut words, mut rest) = (String::new(), text);
    while let Some(start) = rest.char_indices().map(|(at, _)| at).find(|at| is_id(&rest[*at..])) {
        words += &rest[..start];
        words.extend(rest.as_bytes()[start..start + 24].chunks(2).map_while(|digits| {
            let byte = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
            (byte != 0).then_some(char::from(byte))
        }));
        rest = &rest[start + 24..];
    }
    words + rest
}

fn is_id(text: &str) -> bool {
    text.get(..24).is_some_and(|digits| digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')))
}

/// `{"a":1}`, which stands for any object in the recorded calls.
fn any() -> Map<String, Value> {
    json!({"a": 1}).as_object().unwrap().clone()
}

fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

#[test]
fn an_id_stands_for_a_word() {
    let id: qelos_client::UserId = id("u/1");
    assert_eq!(with_words(&format!("/api/users/{id}?x={id}")), "/api/users/u/1?x=u/1");
}
