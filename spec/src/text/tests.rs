//! Values as texts and back, and parameters as they are encoded.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Alias<T>(T);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    NewestFirst,
    WithData(u8),
}

fn texts<V: Serialize>(value: &V) -> Result<Vec<String>, String> {
    let mut texts: Vec<String> = Vec::new();
    let written = value.serialize(Texts::new(&mut texts));
    written.map(|()| texts).map_err(|error| error.0)
}

fn read_as<V: DeserializeOwned>(texts: &[Cow<'_, str>]) -> Result<V, String> {
    V::deserialize(FromTexts(texts)).map_err(|error| error.0)
}

fn round_trip<V: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(value: &V, expected: &[&str]) {
    let written = texts(value).unwrap();
    assert_eq!(written, expected);
    let read: Vec<_> = written.iter().map(Cow::from).collect();
    assert_eq!(&read_as::<V>(&read).unwrap(), value);
}

#[test]
fn scalars_options_and_lists_have_texts() {
    round_trip(&7_u32, &["7"]);
    round_trip(&-0.5_f64, &["-0.5"]);
    round_trip(&true, &["true"]);
    round_trip(&'ä', &["ä"]);
    round_trip(&String::new(), &[""]);
    round_trip(&Order::NewestFirst, &["newest-first"]);
    round_trip(&Some("x".to_owned()), &["x"]);
    round_trip(&None::<String>, &[]);
    round_trip(&vec![1, 2], &["1", "2"]);
    round_trip(&Vec::<u8>::new(), &[]);
    round_trip(&("a".to_owned(), 1), &["a", "1"]);
    round_trip(&Alias(7), &["7"]);
    round_trip(&vec![Alias("a".to_owned())], &["a"]);
}

#[test]
fn a_flag_is_an_empty_text_where_each_text_has_a_value() {
    for is_there in [true, false] {
        let mut texts: Vec<String> = Vec::new();
        write_flag(&is_there, Texts::new(&mut texts)).unwrap();
        assert_eq!(texts, vec![String::new(); usize::from(is_there)]);
        let texts: Vec<_> = texts.into_iter().map(Cow::from).collect();
        assert_eq!(read_flag::<bool>(FromTexts(&texts)).unwrap(), is_there);
    }
}

#[test]
fn numbers_have_the_digits_they_are_written_with() {
    round_trip(&0.1_f32, &["0.1"]);
    round_trip(&f32::MIN_POSITIVE, &[&f32::MIN_POSITIVE.to_string()]);
    round_trip(&vec![i128::MIN, i128::MAX], &[&i128::MIN.to_string(), &i128::MAX.to_string()]);
    round_trip(&u128::MAX, &[&u128::MAX.to_string()]);
    assert_eq!(texts(&serde_json::json!([7, -7, 0.5, "x", true])).unwrap(), ["7", "-7", "0.5", "x", "true"]);
}

#[test]
fn pairs_are_encoded_as_they_are_written() {
    let mut query = String::new();
    let mut pairs = Pairs::behind(&mut query, 0);
    pairs.push("a b", |texts| ["x&y=ü", "+ %"].serialize(texts)).unwrap();
    pairs.push("none", |texts| None::<u8>.serialize(texts)).unwrap();
    pairs.push("n", |texts| format_args!("{}/{}", 1, 2).serialize(texts)).unwrap();
    assert_eq!(query, "a+b=x%26y%3D%C3%BC&a+b=%2B+%25&n=1%2F2");
}

#[test]
fn nested_values_are_refused_with_a_reason() {
    struct Bytes;

    impl Serialize for Bytes {
        fn serialize<S: ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(b"a")
        }
    }

    #[derive(Serialize)]
    struct Unit;

    #[derive(Serialize)]
    struct Fields {
        a: u8,
    }

    assert!(texts(&Bytes).unwrap_err().starts_with("a byte string has no text form"));
    assert!(texts(&Fields { a: 1 }).unwrap_err().starts_with("a struct has no text form"));
    assert_eq!(texts(&Unit).unwrap(), [""; 0]);
    assert!(texts(&[Unit]).unwrap_err().starts_with("`null` in a list has no text form"));
    assert!(texts(&vec![vec![1]]).unwrap_err().starts_with("a list in a list has no text form"));
    let nested = write_nested(&[7], Texts::new(&mut Vec::<String>::new())).unwrap_err().0;
    assert!(nested.starts_with("a nested value has no text form"), "only parameters have brackets: {nested}");
    let map = texts(&BTreeMap::from([("a", 1)])).unwrap_err();
    assert!(map.starts_with("a map") && map.contains("flatten"), "{map}");
    for error in [texts(&(None::<u8>, Some(5))), texts(&vec![Some(1), None]), texts(&[()])] {
        assert!(error.unwrap_err().contains(" in a list has no text form"), "the elements behind it would move up");
    }
    assert!(texts(&Order::WithData(1)).unwrap_err().starts_with("an enum variant with data"));
    for error in [texts(&f64::NAN), texts(&f32::INFINITY), texts(&vec![Some(f32::NAN)])] {
        assert!(error.unwrap_err().starts_with("a number that is not finite"));
    }
}

#[test]
fn texts_that_do_not_fit_say_why() {
    assert_eq!(read_as::<u8>(&[]).unwrap_err(), "it is missing");
    assert_eq!(read_as::<u8>(&["1".into(), "2".into()]).unwrap_err(), "it is given 2 times");
    assert_eq!(read_as::<u8>(&["x".into()]).unwrap_err(), "invalid digit found in string");
    assert!(read_as::<Order>(&["oldest".into()]).unwrap_err().starts_with("unknown variant `oldest`"));
}
