//! Responses of every shape that can be declared: what the server's side writes, the client's side reads.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;

use bytes::Bytes;
use http::{Response as HttpResponse, StatusCode};
use proptest::prelude::*;
use qelos_client::auth::Public;
use qelos_client::{
    ApiError, DecodeRequest, EncodeResponse, Endpoint, EndpointInfo, Format, Response, ResponseError, Statuses,
    ToResponse,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    id: u32,
    note: Option<String>,
}

/// Numbers as texts.
mod text {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(crate) fn serialize<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A value behind a text that no header and no JSON changes.
fn plain() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9/:._-]{1,20}"
}

fn item() -> impl Strategy<Value = Item> {
    (any::<u32>(), any::<Option<String>>()).prop_map(|(id, note)| Item { id, note })
}

#[derive(Debug, Clone, PartialEq, Response)]
struct Page {
    #[response(header = "x-total-count")]
    total: u64,
    #[response(header)]
    etag: Option<String>,
    #[response(header = "link")]
    links: Vec<String>,
    #[response(body)]
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Response)]
#[serde(rename_all = "camelCase")]
struct Fields {
    #[response(status)]
    status: StatusCode,
    user_id: u32,
    #[response(rename = "type")]
    kind: Option<String>,
    #[allow(clippy::option_option, reason = "absent, null, and a value are three things")]
    due: Option<Option<u8>>,
    #[serde(with = "text")]
    price: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    wide: u128,
    nested: Vec<Item>,
    #[serde(flatten)]
    item: Flat,
    #[serde(flatten)]
    others: BTreeMap<String, u32>,
    #[response(skip)]
    local: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Flat {
    width: u32,
    height: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Response)]
enum Charged {
    #[response(200)]
    Whole(Vec<Item>),
    #[response(201)]
    Created { id: u32, note: Option<String> },
    #[response(202)]
    Pending {
        #[response(header = "location")]
        job: String,
        #[response(header)]
        retry_after: Option<u32>,
    },
    #[response(204)]
    Nothing,
    #[response(303, 307)]
    Elsewhere {
        #[response(status)]
        status: u16,
        #[response(header)]
        location: String,
    },
    #[response(304)]
    Unchanged {
        #[response(header)]
        etag: Option<String>,
    },
    #[response(404)]
    Missing(Item),
    #[response(410)]
    Gone,
    #[response(2xx)]
    Other {
        #[response(status)]
        status: StatusCode,
        #[response(raw)]
        body: Vec<u8>,
    },
}

#[derive(Debug, Clone, PartialEq, Response)]
struct Pair<A, B> {
    #[response(header = "X-First")]
    first: A,
    second: B,
    third: Vec<B>,
}

macro_rules! endpoints {
    ($($name:ident: $response:ty $(, $word:ident $(= $value:literal)?)*;)*) => {$(
        #[derive(Endpoint, DecodeRequest)]
        #[endpoint(GET, "/api/shapes", response = $response $(, $word $(= $value)?)*, auth = Public)]
        struct $name {}
    )*};
}

mod calls;
mod errors;
mod formats;
mod shapes;

endpoints! {
    GetPage: Page;
    GetFields: Fields;
    Charge: Charged;
    GetPair: Pair<u32, Vec<Item>>;
    GetItems: Vec<Item>;
    GetFile: Bytes, raw = "application/pdf";
    GetAny: Vec<u8>, raw;
    GetText: String, raw = "text/plain; charset=utf-8";
    GetImage: Bytes, raw = "image/*";
    GetNumbers: Vec<u8>, json;
    FindItem: Option<Item>, none = 404;
    FindFile: Option<Bytes>, none = 410, raw = "application/pdf";
    FindPage: Option<Page>, none = 404;
    IsThere: Option<()>, none = 404;
}

fn response(status: u16, body: &str) -> HttpResponse<Bytes> {
    HttpResponse::builder().status(status).body(body.to_owned().into()).unwrap()
}

fn with(mut response: HttpResponse<Bytes>, name: &'static str, value: &str) -> HttpResponse<Bytes> {
    response.headers_mut().append(name, value.parse().unwrap());
    response
}

/// Why a success is not the declared one.
fn why<E: Endpoint<Response: Debug>>(response: &HttpResponse<Bytes>) -> String {
    match E::decode(response) {
        Err(ResponseError::Decode(error)) => {
            error.to_string().split_once(" is not the declared one: ").unwrap().1.to_owned()
        }
        other => panic!("{other:?}"),
    }
}

/// The refusal that a response is read as.
fn refused<E: Endpoint<Response: Debug>>(response: &HttpResponse<Bytes>) -> ApiError {
    match E::decode(response) {
        Err(ResponseError::Api(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn check<E: EncodeResponse<Response: PartialEq + Debug>>(value: &E::Response) -> Result<(), TestCaseError> {
    let written = E::encode_response(value).unwrap();
    prop_assert!(E::STATUSES.contains(written.status()), "{:?}", written);
    let read = E::decode(&written).map_err(|error| TestCaseError::fail(format!("{error}: {written:?}")))?;
    prop_assert_eq!(&read, value);
    Ok(())
}

fn charged() -> impl Strategy<Value = Charged> {
    let note = any::<Option<String>>();
    let items = || proptest::collection::vec(item(), 0..3);
    prop_oneof![
        items().prop_map(Charged::Whole),
        (any::<u32>(), note).prop_map(|(id, note)| Charged::Created { id, note }),
        (plain(), any::<Option<u32>>()).prop_map(|(job, retry_after)| Charged::Pending { job, retry_after }),
        Just(Charged::Nothing),
        (plain(), any::<bool>())
            .prop_map(|(location, other)| Charged::Elsewhere { status: if other { 303 } else { 307 }, location }),
        proptest::option::of(plain()).prop_map(|etag| Charged::Unchanged { etag }),
        item().prop_map(Charged::Missing),
        Just(Charged::Gone),
        (205_u16..300, any::<Vec<u8>>())
            .prop_map(|(status, body)| Charged::Other { status: StatusCode::from_u16(status).unwrap(), body }),
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    let numbers = (200_u16..300, any::<u32>(), any::<Option<Option<u8>>>(), any::<u128>(), any::<u32>());
    let texts = (any::<Option<String>>(), any::<Vec<String>>());
    let flat = (any::<u32>(), any::<Option<u32>>()).prop_map(|(width, height)| Flat { width, height });
    let others = proptest::collection::btree_map("x-[a-z]{1,5}", any::<u32>(), 0..3);
    let nested = proptest::collection::vec(item(), 0..3);
    (numbers, texts, flat, others, nested).prop_map(|(numbers, (kind, tags), item, others, nested)| {
        let (status, user_id, due, wide, price) = numbers;
        let status = StatusCode::from_u16(status).unwrap();
        Fields { status, user_id, kind, due, price, tags, wide, nested, item, others, local: 0 }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_server_writes_is_read_by_a_client(
        (total, etag, links) in (any::<u64>(), proptest::option::of(plain()), proptest::collection::vec(plain(), 0..3)),
        (items, item) in (proptest::collection::vec(item(), 0..3), proptest::option::of(item())),
        (bytes, text) in (any::<Vec<u8>>(), any::<String>()),
        (charged, fields) in (charged(), fields()),
    ) {
        let page = Page { total, etag, links, items: items.clone() };
        check::<GetPage>(&page)?;
        check::<FindPage>(&Some(page))?;
        check::<FindPage>(&None)?;
        check::<GetFields>(&fields)?;
        check::<Charge>(&charged)?;
        check::<GetPair>(&Pair { first: 7, second: items.clone(), third: vec![items.clone()] })?;
        check::<GetItems>(&items)?;
        check::<GetNumbers>(&bytes)?;
        check::<FindItem>(&item)?;
        check::<FindFile>(&None)?;
        check::<IsThere>(&item.as_ref().map(drop))?;
        // Bytes that begin like a page for a browser are refused where no page is declared.
        prop_assume!(!text.trim_start().starts_with('<') && !bytes.starts_with(b"<"));
        check::<GetFile>(&bytes.clone().into())?;
        check::<FindFile>(&Some(bytes.clone().into()))?;
        check::<GetAny>(&bytes)?;
        check::<GetText>(&text)?;
    }
}

#[test]
fn the_statuses_of_a_type_are_those_of_its_endpoint() {
    let declared = |info: &EndpointInfo| info.statuses.to_string();
    assert_eq!(declared(EndpointInfo::of::<GetItems>()), "2xx");
    assert_eq!(declared(EndpointInfo::of::<GetPage>()), "2xx");
    assert_eq!(declared(EndpointInfo::of::<Charge>()), "2xx, 303, 304, 307, 404 or 410");
    assert_eq!(declared(EndpointInfo::of::<FindItem>()), "2xx or 404");
    assert_eq!(declared(EndpointInfo::of::<FindFile>()), "2xx or 410");
    assert_eq!(Charged::STATUSES, Statuses::SUCCESS.with(303).with(304).with(307).with(404).with(410));
}

#[test]
fn accept_names_the_media_types_of_the_response() {
    let accept = |endpoint: &dyn Fn() -> qelos_client::Request| endpoint().headers()["accept"].clone();
    assert_eq!(accept(&|| GetItems {}.encode().unwrap()), "application/json");
    assert_eq!(accept(&|| GetPage {}.encode().unwrap()), "application/json");
    assert_eq!(accept(&|| GetFile {}.encode().unwrap()), "application/pdf");
    assert_eq!(accept(&|| GetAny {}.encode().unwrap()), "*/*");
    assert_eq!(accept(&|| GetImage {}.encode().unwrap()), "image/*");
    assert_eq!(accept(&|| Charge {}.encode().unwrap()), "application/json, */*");
}

#[test]
fn an_exact_status_is_read_before_a_range() {
    let read = |status| Charge::decode(&response(status, r#"{"id":7}"#)).unwrap();
    assert_eq!(read(201), Charged::Created { id: 7, note: None });
    assert_eq!(read(203), Charged::Other { status: StatusCode::from_u16(203).unwrap(), body: br#"{"id":7}"#.to_vec() });
}

#[test]
fn an_undeclared_success_names_the_declared_statuses() {
    #[derive(Debug, Response)]
    enum Made {
        #[response(201)]
        Created,
        #[response(303)]
        Before,
    }
    endpoints! { Make: Made; }
    assert_eq!(why::<Make>(&response(200, "")), "its status is not declared, which is 201 or 303");
    assert_eq!(refused::<Make>(&response(404, "")).status(), 404, "that is a refusal");
    assert!(matches!(Make::decode(&response(303, "")), Ok(Made::Before)));
    assert!(matches!(Make::decode(&response(201, "")), Ok(Made::Created)));
}

#[test]
fn a_header_that_does_not_fit_is_named() {
    let page = |total| with(response(200, "[]"), "x-total-count", total);
    assert_eq!(GetPage::decode(&page("7")).unwrap().total, 7);
    assert_eq!(why::<GetPage>(&response(200, "[]")), "the header `x-total-count`: it is missing");
    assert_eq!(why::<GetPage>(&page("many")), "the header `x-total-count`: invalid digit found in string");
    let twice = with(page("7"), "x-total-count", "8");
    assert!(why::<GetPage>(&twice).starts_with("the header `x-total-count`: "), "{}", why::<GetPage>(&twice));
}

#[test]
fn a_field_that_does_not_fit_is_named() {
    let fields = |json: &str| response(200, &format!(r#"{{"price":"1","wide":1,"width":1{json}}}"#));
    let fits = fields(r#","userId":1,"nested":[]"#);
    assert_eq!(GetFields::decode(&fits).unwrap().price, 1);
    assert_eq!(why::<GetFields>(&fields(r#","nested":[]"#)), "`userId`: it is missing");
    assert_eq!(
        why::<GetFields>(&fields(r#","userId":1,"nested":[{"id":"x"}]"#)),
        "`nested[0].id`: invalid type: string, expected u32 at line 1 column 10"
    );
    assert_eq!(why::<GetFields>(&fields(r#","userId":1,"userId":2"#)), "`userId`: it is given more than once");
    assert_eq!(why::<GetFields>(&response(200, "")), "its body is empty");
    assert_eq!(
        why::<GetFields>(&response(200, "[1]")),
        "invalid type: sequence, expected an object at line 1 column 0"
    );
    assert!(why::<GetFields>(&response(200, "{")).starts_with("EOF while parsing"));
    assert_eq!(why::<GetFields>(&response(200, "<html>")), "it is an HTML page");
}

#[test]
fn a_page_is_no_response_without_a_body() {
    let page = |status| response(status, "<!doctype html><title>Please sign in</title>");
    assert_eq!(why::<Charge>(&page(204)), "it is an HTML page");
    assert_eq!(refused::<Charge>(&page(410)).status(), 410);
    let moved = with(page(303), "location", "/next");
    assert_eq!(Charge::decode(&moved).unwrap(), Charged::Elsewhere { status: 303, location: "/next".to_owned() });
    assert_eq!(Charge::decode(&page(304)).unwrap(), Charged::Unchanged { etag: None });
}

#[test]
fn a_declared_refusal_that_does_not_fit_is_an_error_with_its_text() {
    let error = refused::<Charge>(&response(404, r#"{"message":"no such invoice"}"#));
    assert_eq!((error.status().as_u16(), error.message()), (404, Some("no such invoice")));
    assert_eq!(why::<Charge>(&response(303, "")), "the header `location`: it is missing");
}

#[test]
fn an_absent_value_is_none_and_a_page_is_none_never() {
    let missing = response(404, r#"{"message":"no such item"}"#);
    assert_eq!(FindItem::decode(&missing), Ok(None));
    assert_eq!(FindPage::decode(&missing), Ok(None));
    assert_eq!(FindFile::decode(&response(410, "")), Ok(None));
    assert_eq!(IsThere::decode(&missing), Ok(None));
    assert_eq!(IsThere::decode(&response(204, "")), Ok(Some(())));
    assert_eq!(refused::<IsThere>(&response(410, "")).status(), 410);
    assert_eq!(refused::<FindItem>(&response(404, "<html>nginx</html>")).status(), 404);
    assert_eq!(refused::<FindFile>(&missing).message(), Some("no such item"), "only the declared status is `None`");
    assert_eq!(FindItem::decode(&response(200, r#"{"id":7}"#)), Ok(Some(Item { id: 7, note: None })));
    assert_eq!(
        why::<FindItem>(&response(200, "[]")),
        "invalid length 0, expected struct Item with 2 elements at line 1 column 2"
    );
}

fn small() -> Fields {
    let read = GetFields::decode(&response(200, r#"{"userId":1,"price":"1","wide":1,"width":1,"nested":[]}"#));
    read.unwrap()
}

#[test]
fn a_status_of_another_variant_is_not_written() {
    let write = |value: &Charged| value.to_response().map(|response| response.status().as_u16());
    let other = |status| Charged::Other { status: StatusCode::from_u16(status).unwrap(), body: Vec::new() };
    assert_eq!(write(&other(299)), Ok(299));
    for status in [200, 204, 303, 404] {
        let error = write(&other(status)).unwrap_err().to_string();
        assert!(
            error.contains("`Charged` cannot be written: its status is not one of its own, which are 203"),
            "{error}"
        );
    }
    let elsewhere = Charged::Elsewhere { status: 302, location: String::new() };
    assert!(write(&elsewhere).unwrap_err().to_string().ends_with("which are 303 or 307"));
    assert!(GetFields::encode_response(&Fields { status: StatusCode::NOT_FOUND, ..small() }).is_err());
    let fields = Page { total: 1, etag: Some("a\nb".to_owned()), links: Vec::new(), items: Vec::new() };
    let error = GetPage::encode_response(&fields).unwrap_err().to_string();
    assert!(error.starts_with("the header `etag` of `GetPage` cannot be written"), "{error}");
}
