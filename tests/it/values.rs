//! Values on the wire: what each kind is written as, in every place, and that the other side reads the same.
//!
//! It holds with the features of `serde_json` that any crate of a program may turn on, and without them.
#![allow(clippy::option_option, reason = "the inner one is `null`")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use qelos_client::auth::SignedIn;
use qelos_client::{DecodeRequest, Endpoint, RequestSnapshot};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Page {
    number: u32,
    size: Option<u8>,
}

/// `None` leaves alone what is there, `Some(None)` clears it.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PATCH, "/api/invoices", auth = SignedIn)]
struct Change<T, M> {
    note: Option<String>,
    due: Option<Option<T>>,
    #[serde(with = "maybe_cents")]
    price: Option<u32>,
    lines: Option<Vec<Page>>,
    #[serde(flatten)]
    page: Page,
    #[serde(flatten)]
    more: M,
}

/// Writes an option as a text with a unit, or as `None`.
mod maybe_cents {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(crate) fn serialize<S: Serializer>(cents: &Option<u32>, serializer: S) -> Result<S::Ok, S::Error> {
        match cents {
            Some(cents) => serializer.serialize_some(&format_args!("{cents}ct")),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let digits = text.strip_suffix("ct").ok_or_else(|| de::Error::custom("the unit is missing"))?;
        digits.parse().map(Some).map_err(de::Error::custom)
    }
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/rates", auth = SignedIn)]
struct Rate<T> {
    #[endpoint(query)]
    at: T,
    #[serde(flatten)]
    #[endpoint(query)]
    filter: BTreeMap<String, T>,
    price: T,
    list: Vec<T>,
    #[serde(flatten)]
    more: BTreeMap<String, T>,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/pages/first", auth = SignedIn)]
struct Maybe {
    #[endpoint(body)]
    page: Option<Page>,
}

/// Scalars of all widths, as fields of a flattened struct and of a nested one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Scalars {
    flag: bool,
    tiny: i8,
    byte: u8,
    long: i64,
    unsigned_long: u64,
    huge: i128,
    unsigned_huge: u128,
    single: f32,
    double: f64,
    letter: char,
    text: String,
    #[serde(rename = "maybe-double")]
    maybe: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Nested {
    scalars: Scalars,
    list: Vec<Option<f32>>,
    map: BTreeMap<u64, Option<f64>>,
    shape: Shape,
    mixed: Vec<Mixed>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Box(f32, i128),
    Named { name: String, side: Option<u128> },
}

/// Read by looking at what is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Mixed {
    Whole(u64),
    Number(f64),
    Text(String),
}

/// An alias to serde: what is in it decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Alias<T>(T);

/// Every place but a form.
#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PATCH, "/api/{single}/{huge}/{letter}/{name}/{*rest}", auth = SignedIn)]
struct Everything<T> {
    single: f32,
    huge: i128,
    letter: char,
    name: String,
    rest: String,
    #[endpoint(header = "x-double")]
    double: Option<f64>,
    #[endpoint(header = "x-list")]
    singles: Vec<f32>,
    #[endpoint(query)]
    generic: T,
    #[endpoint(query)]
    maybe: Alias<Option<T>>,
    #[endpoint(query)]
    list: Vec<u128>,
    #[serde(flatten)]
    #[endpoint(query)]
    scalars: Scalars,
    #[serde(flatten)]
    #[endpoint(query)]
    more: BTreeMap<String, Vec<f32>>,
    #[serde(rename = "generic")]
    in_the_body: T,
    cleared: Option<Option<T>>,
    alias: Alias<Option<f64>>,
    wide: u128,
    nested: Vec<Nested>,
    value: Option<Value>,
    #[serde(flatten)]
    body_scalars: Option<Scalars>,
    #[serde(flatten)]
    body_more: BTreeMap<String, Option<f64>>,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/forms", auth = SignedIn)]
struct Form {
    #[endpoint(form)]
    list: Vec<f64>,
    #[endpoint(form)]
    note: Option<String>,
    #[serde(flatten)]
    #[endpoint(form)]
    scalars: Option<Scalars>,
    #[serde(flatten)]
    #[endpoint(form)]
    more: BTreeMap<i64, i128>,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/whole", auth = SignedIn)]
struct Whole {
    #[endpoint(body)]
    body: Option<Option<Nested>>,
}

fn double() -> impl Strategy<Value = f64> + Clone {
    any::<f64>().prop_filter("a number is finite", |number| number.is_finite())
}

fn single() -> impl Strategy<Value = f32> {
    any::<f32>().prop_filter("a number is finite", |number| number.is_finite())
}

fn scalars() -> impl Strategy<Value = Scalars> {
    let whole = any::<(bool, i8, u8, i64, u64, i128, u128)>();
    let rest = (single(), double(), any::<char>(), any::<String>(), prop::option::of(double()));
    (whole, rest).prop_map(|(whole, (single, double, letter, text, maybe))| {
        let (flag, tiny, byte, long, unsigned_long, huge, unsigned_huge) = whole;
        Scalars { flag, tiny, byte, long, unsigned_long, huge, unsigned_huge, single, double, letter, text, maybe }
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Point),
        double().prop_map(Shape::Circle),
        (single(), any::<i128>()).prop_map(|(side, other)| Shape::Box(side, other)),
        any::<(String, Option<u128>)>().prop_map(|(name, side)| Shape::Named { name, side }),
    ]
}

fn mixed() -> impl Strategy<Value = Mixed> {
    prop_oneof![
        any::<u64>().prop_map(Mixed::Whole),
        double().prop_map(Mixed::Number),
        any::<String>().prop_map(Mixed::Text)
    ]
}

fn nested() -> impl Strategy<Value = Nested> {
    let list = prop::collection::vec(prop::option::of(single()), 0..3);
    let map = prop::collection::btree_map(any::<u64>(), prop::option::of(double()), 0..3);
    (scalars(), list, map, shape(), prop::collection::vec(mixed(), 0..3))
        .prop_map(|(scalars, list, map, shape, mixed)| Nested { scalars, list, map, shape, mixed })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        double().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Names that no endpoint here declares.
fn names<V: Debug>(value: impl Strategy<Value = V>) -> impl Strategy<Value = BTreeMap<String, V>> {
    prop::collection::btree_map(any::<String>().prop_map(|name| format!("{name}+")), value, 0..3)
}

fn text() -> impl Strategy<Value = String> {
    "[^/.\\\\%]{1,8}|[a-z]{1,4}\\.[a-z]{1,4}"
}

fn everything<T: Debug + Clone + 'static>(
    generic: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Everything<T>> {
    let letter = any::<char>().prop_filter("a path has no dot segments", |letter| !letter.is_ascii_punctuation());
    let path = (single(), any::<i128>(), letter, text(), prop::collection::vec(text(), 1..3));
    let headers = (prop::option::of(double()), prop::collection::vec(single(), 0..3));
    let list = prop::collection::vec(any::<u128>(), 0..3);
    let singles = prop::collection::vec(single(), 1..3);
    let query = (generic.clone(), prop::option::of(generic.clone()), list, scalars(), names(singles));
    let cleared = prop::option::of(prop::option::of(generic.clone()));
    let body = (generic, cleared, prop::option::of(double()), any::<u128>());
    let more = (prop::collection::vec(nested(), 0..2), prop::option::of(value()));
    let flattened = (prop::option::of(scalars()), names(prop::option::of(double())));
    (path, headers, query, body, more, flattened).prop_map(|(path, headers, query, body, more, flattened)| Everything {
        single: path.0,
        huge: path.1,
        letter: path.2,
        name: path.3,
        rest: path.4.join("/"),
        double: headers.0,
        singles: headers.1,
        generic: query.0,
        maybe: Alias(query.1),
        list: query.2,
        scalars: query.3,
        more: query.4,
        in_the_body: body.0,
        cleared: body.1,
        alias: Alias(body.2),
        wide: body.3,
        nested: more.0,
        value: more.1,
        body_scalars: flattened.0,
        body_more: flattened.1,
    })
}

fn read_back<E: DecodeRequest>(endpoint: &E) -> E {
    let request = endpoint.encode().unwrap().into_http(&"https://acme.example".parse().unwrap()).unwrap();
    E::decode_request(&request).unwrap()
}

#[test]
fn none_is_absent_and_null_is_some() {
    let empty = BTreeMap::<String, Option<u8>>::new();
    let nothing = Change::<u8, _> {
        note: None,
        due: None,
        price: None,
        lines: None,
        page: Page { number: 1, size: None },
        more: empty,
    };
    assert_eq!(nothing.encode().unwrap().body(), r#"{"number":1}"#);
    assert_eq!(read_back(&nothing), nothing);

    let nulls = Change::<u8, _> {
        due: Some(None),
        price: Some(7),
        lines: Some(vec![Page { number: 2, size: None }]),
        more: BTreeMap::from([("a".to_owned(), None), ("b".to_owned(), Some(1))]),
        ..nothing.clone()
    };
    assert_eq!(
        nulls.encode().unwrap().body(),
        r#"{"due":null,"price":"7ct","lines":[{"number":2,"size":null}],"number":1,"a":null,"b":1}"#,
        "serde decides inside of a value and for the entries of a map"
    );
    assert_eq!(read_back(&nulls), nulls);

    let foreign = r#"{"note":null,"due":null,"price":null,"lines":null,"number":1,"size":null}"#;
    let foreign = http::Request::patch("/api/invoices").body(foreign.into()).unwrap();
    let read = Change::<u8, BTreeMap<String, Option<u8>>>::decode_request(&foreign).unwrap();
    assert_eq!(read, Change { due: Some(None), ..nothing }, "`null` is what the type can make of it");
}

#[test]
fn a_whole_body_of_none_is_no_body() {
    let (none, some) = (Maybe { page: None }, Maybe { page: Some(Page { number: 1, size: None }) });
    assert_eq!(RequestSnapshot::of(&none).unwrap().as_str(), "PUT /api/pages/first\naccept: application/json\n");
    assert_eq!(some.encode().unwrap().body(), r#"{"number":1,"size":null}"#);
    assert_eq!((read_back(&none), read_back(&some)), (none.clone(), some));
    let null = http::Request::put("/api/pages/first").body("null".into()).unwrap();
    assert_eq!(Maybe::decode_request(&null).unwrap(), none);
}

#[test]
fn a_body_that_is_no_json_is_refused_with_its_type() {
    let why = |media_type: &str, body: &'static str| {
        let request = http::Request::patch("/api/invoices").header("content-type", media_type).body(body.into());
        let error = Change::<u8, BTreeMap<String, Option<u8>>>::decode_request(&request.unwrap()).unwrap_err();
        error.to_string().split_once(" cannot be read: ").unwrap().1.to_owned()
    };
    assert_eq!(
        why("application/x-www-form-urlencoded", "customer=ada"),
        "expected value at line 1 column 1; the type of the body is `application/x-www-form-urlencoded`, and it is read as JSON"
    );
    assert_eq!(why("application/json; charset=utf-8", "{"), "EOF while parsing an object at line 1 column 1");
    assert_eq!(why("application/json", ""), "it is empty");
}

#[test]
fn a_number_is_sent_as_written_or_refused() {
    let rate = |number: f32| Rate {
        at: number,
        filter: BTreeMap::from([("x".to_owned(), number)]),
        price: number,
        list: vec![number],
        more: BTreeMap::from([("y".to_owned(), number)]),
    };
    let request = rate(0.1).encode().unwrap();
    assert_eq!(request.target(), "/api/rates?at=0.1&x=0.1");
    assert_eq!(request.body(), r#"{"price":0.1,"list":[0.1],"y":0.1}"#);
    assert_eq!(read_back(&rate(0.1)), rate(0.1));

    let one = rate(1.0);
    let wrong = [
        Rate { at: f32::NAN, ..one.clone() },
        Rate { filter: rate(f32::NAN).filter, ..one.clone() },
        Rate { price: f32::INFINITY, ..one.clone() },
        Rate { list: vec![f32::NEG_INFINITY], ..one.clone() },
        Rate { more: rate(f32::NAN).more, ..one },
    ];
    for (rate, place) in wrong.iter().zip([
        "the query parameter `at`",
        "the query parameter `filter`",
        "`price` in the body",
        "`list` in the body",
        "`more` in the body",
    ]) {
        let error = rate.encode().unwrap_err().to_string();
        assert!(error.starts_with(place) && error.contains("a number that is not finite cannot be sent"), "{error}");
    }
    let nested = Rate { at: 0, filter: BTreeMap::new(), price: u128::MAX, list: vec![1], more: BTreeMap::new() };
    assert_eq!(nested.encode().unwrap().body(), &format!(r#"{{"price":{},"list":[1]}}"#, u128::MAX));
    assert_eq!(read_back(&nested), nested);
}

#[test]
fn a_flattened_value_does_not_repeat_a_name() {
    let map = |name: &str| BTreeMap::from([(name.to_owned(), 1)]);
    let rate = Rate { at: 1, filter: map("x"), price: 1, list: vec![], more: map("x") };
    assert_eq!(read_back(&rate), rate, "a query and a body have names of their own");
    for (rate, name) in [
        (Rate { filter: map("at"), ..rate.clone() }, "`at`"),
        (Rate { more: map("price"), ..rate.clone() }, "`price`"),
        (Rate { more: map("list"), ..rate }, "`list`"),
    ] {
        let error = rate.encode().unwrap_err().to_string();
        assert!(error.contains(&format!("it holds {name}, and so does the endpoint")), "{error}");
    }
    let page = Page { number: 1, size: None };
    let change = Change::<u8, _> { note: None, due: None, price: None, lines: None, page, more: map("size") };
    let error = change.encode().unwrap_err().to_string();
    assert!(error.contains("`size` is flattened into the request twice"), "{error}");
    let change = Change { more: map("note"), ..change };
    assert!(change.encode().unwrap_err().to_string().contains("`note`"), "also when the field is absent");
}

fn check<E: DecodeRequest + PartialEq + Debug>(endpoint: &E) -> Result<(), TestCaseError> {
    prop_assert_eq!(&read_back(endpoint), endpoint);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_of_every_place_are_read_back(
        numbers in everything(double()),
        texts in everything(any::<String>()),
        letters in everything(any::<char>()),
    ) {
        check(&numbers)?;
        check(&texts)?;
        check(&letters)?;
    }

    #[test]
    fn values_of_a_form_are_read_back(
        list in prop::collection::vec(double(), 0..3),
        note in any::<Option<String>>(),
        scalars in prop::option::of(scalars()),
        more in any::<BTreeMap<i64, i128>>(),
    ) {
        check(&Form { list, note, scalars, more })?;
    }

    #[test]
    fn a_whole_body_is_read_back(body in prop::option::of(prop::option::of(nested()))) {
        let whole = Whole { body };
        let request = whole.encode().unwrap();
        prop_assert_eq!(request.body().is_empty(), whole.body.is_none());
        prop_assert_eq!(request.headers().contains_key("content-type"), whole.body.is_some());
        check(&whole)?;
    }
}
