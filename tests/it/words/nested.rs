//! Nested values: parameters whose keys have brackets.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qelos_client::auth::Public;
use qelos_client::secret::on_the_wire;
use qelos_client::{DecodeRequest, Endpoint, RequestSnapshot, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{received, sends, shown};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    price: String,
    unit_count: Option<u32>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Range {
    Below(u32),
    Between { from: u32, to: u32 },
    Any,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/subscriptions", auth = Public)]
struct Subscribe {
    #[endpoint(query, nested)]
    filter: BTreeMap<String, Range>,
    #[endpoint(form)]
    customer: String,
    #[endpoint(form, nested)]
    items: Vec<Item>,
    #[endpoint(form, nested)]
    metadata: Option<BTreeMap<String, String>>,
    #[endpoint(form)]
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

fn item(price: &str, unit_count: Option<u32>, tags: &[&str]) -> Item {
    Item { price: price.to_owned(), unit_count, tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
}

fn map<V>(entries: impl IntoIterator<Item = (&'static str, V)>) -> BTreeMap<String, V> {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn subscribe() -> Subscribe {
    Subscribe {
        filter: map([("age", Range::Between { from: 1, to: 9 }), ("size", Range::Below(5)), ("state", Range::Any)]),
        customer: "c".to_owned(),
        items: vec![item("p", Some(2), &["a b", "ü"]), item("q", None, &[])],
        metadata: Some(map([("order id", "6735".to_owned())])),
        more: map([("coupon", "x".to_owned())]),
    }
}

#[test]
fn nested_values_have_keys_in_brackets() {
    sends(
        &subscribe(),
        "POST /subscriptions?filter%5Bage%5D%5Bbetween%5D%5Bfrom%5D=1&filter%5Bage%5D%5Bbetween%5D%5Bto%5D=9&filter%5Bsize%5D%5Bbelow%5D=5&filter%5Bstate%5D=any\naccept: application/json\ncontent-type: application/x-www-form-urlencoded\n\ncustomer = c\nitems[0][price] = p\nitems[0][unitCount] = 2\nitems[0][tags][0] = a b\nitems[0][tags][1] = ü\nitems[1][price] = q\nmetadata[order id] = 6735\ncoupon = x\n",
    );
    let least = Subscribe { filter: map([]), items: vec![], metadata: None, more: map([]), ..subscribe() };
    sends(
        &least,
        "POST /subscriptions\naccept: application/json\ncontent-type: application/x-www-form-urlencoded\n\ncustomer = c\n",
    );
}

#[test]
fn a_name_under_a_nested_one_is_not_flattened_beside_it() {
    let error = |name| {
        let subscribe = Subscribe { more: map([(name, "x".to_owned())]), ..subscribe() };
        subscribe.encode().unwrap_err().to_string()
    };
    for name in ["items", "items[0][price]", "metadata[x]"] {
        assert!(error(name).contains(&format!("it holds `{name}`, and so does the endpoint")), "{}", error(name));
    }
}

#[test]
fn lists_are_read_by_their_numbers_and_without_them() {
    let read = |body: &'static str| {
        let mut request = received(&Subscribe { filter: map([]), ..subscribe() });
        *request.body_mut() = body.into();
        Subscribe::decode_request(&request).map(|subscribe| subscribe.items)
    };
    let items = vec![item("p", None, &["a", "b"]), item("q", None, &[])];
    for body in [
        "customer=c&items[1][price]=q&items[0][price]=p&items[0][tags][]=a&items[0][tags][]=b",
        "customer=c&items%5B0%5D%5Bprice%5D=p&items[0][tags]=a&items[0][tags]=b&items[1][price]=q",
    ] {
        assert_eq!(read(body), Ok(items.clone()), "{body}");
    }
    for (body, reason) in [
        ("customer=c&items[1][price]=q", "an element of the list is missing"),
        ("customer=c&items[x][price]=q", "is not a number"),
        ("customer=c&items[0]price=q", "keys in brackets behind it"),
        ("customer=c&items[0=q", "keys in brackets behind it"),
        ("customer=c&items[0][price]=p&items[0][price][a]=q", "it has keys in brackets"),
        ("customer=c&items[0][price]=p&items[0][price]=q", "it is given 2 times"),
        ("customer=c&items[0]=p", "it is one text"),
        ("customer=c&items[0][unitCount]=2", "missing field `price`"),
    ] {
        let error = read(body).unwrap_err().to_string();
        assert!(error.contains("`items`") && error.contains(reason), "{body}: {error}");
    }
    let deep = format!("customer=c&items{}=1", "[0]".repeat(10_000));
    let mut request = received(&subscribe());
    *request.body_mut() = deep.into();
    assert!(Subscribe::decode_request(&request).is_err(), "the keys of a stranger do not use up the stack");
}

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/search", auth = Public)]
struct Search<V> {
    #[endpoint(query, nested)]
    q: V,
}

#[test]
fn values_that_would_be_read_as_others_are_refused() {
    let errors = [
        Search { q: map([("a]b", 1)]) }.encode().unwrap_err(),
        Search { q: map([("", 1)]) }.encode().unwrap_err(),
        Search { q: vec![Some(1), None] }.encode().unwrap_err(),
        Search { q: map([("a", f64::NAN)]) }.encode().unwrap_err(),
    ];
    for (error, reason) in errors.iter().zip(["no bracket", "not empty", "`None` in a list", "not finite"]) {
        let error = error.to_string();
        assert!(error.contains("`q`") && error.contains(reason), "{error}");
    }
    let json = json!({"a": [1, {"b": 0.5}], "c": null});
    assert_eq!(Search { q: json }.encode().unwrap().target(), "/search?q%5Ba%5D%5B0%5D=1&q%5Ba%5D%5B1%5D%5Bb%5D=0.5");
}

/// A value that a server reads without knowing its type.
#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/search", auth = Public)]
struct AnySearch {
    #[endpoint(query, nested)]
    #[serde(default)]
    q: Value,
}

#[test]
fn a_value_of_any_type_is_read_by_its_keys() {
    for (q, read) in [
        (json!({ "a": "x", "b": { "c": "y" } }), json!({ "a": "x", "b": { "c": "y" } })),
        (json!(["x", ["y"]]), json!(["x", ["y"]])),
        (json!("x"), json!("x")),
        (json!({}), Value::Null),
    ] {
        assert_eq!(AnySearch::decode_request(&received(&AnySearch { q })).unwrap().q, read);
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Odd {
    shown: Shown,
    alias: Alias,
    nothing: (),
    unit: Unit,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Alias(Vec<u8>);

/// Written by its `Display`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Shown(String);

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[test]
fn values_of_rare_types_have_their_texts() {
    let odd = Odd { shown: Shown("a b".to_owned()), alias: Alias(vec![1]), nothing: (), unit: Unit };
    assert_eq!(Search { q: &odd }.encode().unwrap().target(), "/search?q%5Bshown%5D=a+b&q%5Balias%5D%5B0%5D=1");
    for error in [Search { q: vec![()] }.encode(), Search { q: [Unit] }.encode()] {
        assert!(error.unwrap_err().to_string().contains("in a list"), "an element would be missing");
    }
    let raw = serde_json::value::RawValue::from_string("1".to_owned()).unwrap();
    assert!(Search { q: raw }.encode().unwrap_err().to_string().contains("a raw value has no text form"));
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/ranges", auth = Public)]
struct Ranges {
    #[endpoint(query, nested)]
    #[serde(default = "any_range")]
    range: Range,
}

fn any_range() -> Range {
    Range::Any
}

#[test]
fn a_nested_value_that_is_absent_has_its_default() {
    let mut request = received(&Ranges { range: Range::Below(1) });
    assert_eq!(Ranges::decode_request(&request).unwrap().range, Range::Below(1));
    *request.uri_mut() = "/ranges".parse().unwrap();
    assert_eq!(Ranges::decode_request(&request).unwrap().range, Range::Any);
}

#[derive(Debug, Serialize)]
struct Login {
    name: &'static str,
    #[serde(serialize_with = "on_the_wire")]
    password: SecretString,
}

#[test]
fn a_secret_inside_of_a_nested_value_is_masked() {
    let search = Search { q: Login { name: "ada", password: "pl4nted".into() } };
    assert_eq!(shown(&search), "GET /search?q%5Bname%5D=ada&q%5Bpassword%5D=***\naccept: application/json\n");
    let request = search.encode().unwrap();
    assert!(request.holds_secrets() && !RequestSnapshot::from(&request).as_str().contains("pl4nted"));
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/any", auth = Public)]
struct Any {
    #[endpoint(query, nested)]
    map: BTreeMap<String, Vec<Item>>,
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (".{0,8}", any::<Option<u32>>(), proptest::collection::vec(".{0,4}", 0..3));
    let item = item.prop_map(|(price, unit_count, tags)| Item { price, unit_count, tags });
    proptest::collection::vec(item, 1..3)
}

proptest! {
    #[test]
    fn nested_values_are_read_back(map in proptest::collection::btree_map("[^\\[\\]]{1,5}", items(), 0..3)) {
        let any = Any { map };
        let request = received(&any);
        prop_assert_eq!(Any::decode_request(&request), Ok(any));
    }
}
