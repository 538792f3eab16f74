//! A round trip of every shape: each kind of header beside each kind of body, as a whole type, with a status that is kept,
//! as one variant of several, and as a refusal. What the server's side writes has these headers and no others, and the
//! client's side reads it back as the same, also from a socket.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use axum::Router;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use proptest::strategy::{BoxedStrategy, ValueTree};
use proptest::test_runner::{TestError, TestRunner};
use qelos_client::{Client, ErrorResponse, Retries};
use tokio::net::TcpListener;

use super::formats::Semicolons;
use super::*;

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/shapes", response = T, auth = Public)]
struct Get<T> {
    #[endpoint(skip)]
    of: PhantomData<fn() -> T>,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/shapes", error = E, auth = Public)]
struct Fail<E> {
    #[endpoint(skip)]
    with: PhantomData<fn() -> E>,
}

/// The texts of a header.
trait Texts {
    fn texts(&self) -> Vec<String>;
}

impl Texts for String {
    fn texts(&self) -> Vec<String> {
        vec![self.clone()]
    }
}

impl Texts for Option<u64> {
    fn texts(&self) -> Vec<String> {
        self.iter().map(ToString::to_string).collect()
    }
}

impl Texts for Vec<String> {
    fn texts(&self) -> Vec<String> {
        self.clone()
    }
}

/// A text that is sent in a header as it is: HTTP takes spaces off at both ends.
fn text() -> BoxedStrategy<String> {
    "([!-~ä€]([ -~\tä€]{0,10}[!-~ä€])?)?".boxed()
}

fn list<T: Debug + 'static>(item: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Vec<T>> {
    proptest::collection::vec(item, 0..3).boxed()
}

/// Bytes, and texts, that do not begin like a page for a browser.
fn bytes() -> BoxedStrategy<Vec<u8>> {
    any::<Vec<u8>>().prop_map(|bytes| [b"%", &bytes[..]].concat()).boxed()
}

fn flat() -> BoxedStrategy<Flat> {
    (any::<u32>(), any::<Option<u32>>()).prop_map(|(width, height)| Flat { width, height }).boxed()
}

fn others() -> BoxedStrategy<BTreeMap<String, u32>> {
    proptest::collection::btree_map("x-[a-zä\"]{1,5}", any::<u32>(), 0..3).boxed()
}

/// A value, and the headers that it is written with.
type Case<T> = (T, Vec<(&'static str, String)>);

macro_rules! shapes {
    ($($header:ident: $fields:tt)*; $bodies:tt) => {$(
        mod $header {
            use super::*;
            shapes! { @bodies $fields $bodies }
        }
    )*};
    (@bodies $header:tt { $($body:ident: $media_type:literal $fields:tt)* }) => {$(
        mod $body {
            use super::*;
            shapes! { @shape $header $media_type $fields }
        }
    )*};
    (
        @shape { $($(#[$of_header:meta])* $header:ident: $text:ty = $texts:expr,)* }
        $media_type:literal { $($(#[$of_field:meta])* $field:ident: $ty:ty = $values:expr,)* }
    ) => {
        #[derive(Debug, Clone, PartialEq, Response)]
        struct Whole {
            $($(#[$of_header])* $header: $text,)*
            $($(#[$of_field])* $field: $ty,)*
        }

        #[derive(Debug, Clone, PartialEq, Response)]
        #[response(201, 206)]
        struct Kept {
            #[response(status)]
            status: u16,
            $($(#[$of_header])* $header: $text,)*
            $($(#[$of_field])* $field: $ty,)*
        }

        #[derive(Debug, Clone, PartialEq, Response)]
        enum OneOf {
            #[response(204)]
            Nothing,
            #[response(200, 404)]
            Kept {
                $($(#[$of_header])* $header: $text,)*
                #[response(status)]
                status: StatusCode,
                $($(#[$of_field])* $field: $ty,)*
            },
            #[response(2xx)]
            Rest {
                $($(#[$of_header])* $header: $text,)*
                $($(#[$of_field])* $field: $ty,)*
                #[response(status)]
                status: u16,
            },
        }

        #[derive(Debug, Clone, PartialEq, Response)]
        enum Refused {
            #[response(409)]
            One {
                $($(#[$of_header])* $header: $text,)*
                $($(#[$of_field])* $field: $ty,)*
            },
            #[response(4xx)]
            Kept {
                #[response(status)]
                status: u16,
                $($(#[$of_header])* $header: $text,)*
                $($(#[$of_field])* $field: $ty,)*
            },
            #[response(_)]
            Other(ApiError),
        }

        fn whole() -> BoxedStrategy<Case<Whole>> {
            let values = (Just(()), $($texts,)* $($values,)*);
            let whole = values.prop_map(|((), $($header,)* $($field,)*)| Whole { $($header,)* $($field,)* });
            let case = whole.prop_map(|whole| {
                let mut headers = Vec::new();
                $(headers.extend(whole.$header.texts().into_iter().map(|text| ("x-value", text)));)*
                let media_type = Some($media_type).filter(|media_type| !media_type.is_empty());
                headers.extend(media_type.map(|media_type| ("content-type", media_type.to_owned())));
                (whole, headers)
            });
            case.boxed()
        }

        fn kept() -> BoxedStrategy<Case<Kept>> {
            let case = (whole(), 0..2_u16).prop_map(|((whole, headers), which)| {
                let Whole { $($header,)* $($field,)* } = whole;
                (Kept { status: [201, 206][usize::from(which)], $($header,)* $($field,)* }, headers)
            });
            case.boxed()
        }

        fn one_of() -> BoxedStrategy<Case<OneOf>> {
            let case = (whole(), 0..4_u16).prop_map(|((whole, headers), which)| {
                let Whole { $($header,)* $($field,)* } = whole;
                match which {
                    0 => (OneOf::Nothing, Vec::new()),
                    1 => (OneOf::Kept { status: StatusCode::OK, $($header,)* $($field,)* }, headers),
                    2 => (OneOf::Kept { status: StatusCode::NOT_FOUND, $($header,)* $($field,)* }, headers),
                    _ => (OneOf::Rest { status: 299, $($header,)* $($field,)* }, headers),
                }
            });
            case.boxed()
        }

        fn refused() -> BoxedStrategy<Case<Refused>> {
            let case = (whole(), any::<bool>()).prop_map(|((whole, headers), is_kept)| {
                let Whole { $($header,)* $($field,)* } = whole;
                let refused = if is_kept {
                    Refused::Kept { status: 422, $($header,)* $($field,)* }
                } else {
                    Refused::One { $($header,)* $($field,)* }
                };
                (refused, headers)
            });
            case.boxed()
        }

        #[test]
        fn what_a_server_writes_is_read_by_a_client() {
            is_read(&whole(), read::<Whole>);
            is_read(&kept(), read::<Kept>);
            is_read(&one_of(), read::<OneOf>);
            is_read(&refused(), read_refusal::<Refused>);
        }

        #[tokio::test]
        async fn what_a_server_sends_is_read_by_a_client() {
            is_read_from_a_socket(&whole()).await;
            is_read_from_a_socket(&kept()).await;
            is_read_from_a_socket(&one_of()).await;
            is_read_from_a_socket_as_a_refusal(&refused()).await;
        }
    };
}

shapes! {
    no_header: {}
    required: { #[response(header = "x-value")] header: String = text(), }
    optional: { #[response(header = "x-value")] header: Option<u64> = any::<Option<u64>>(), }
    repeated: { #[response(header = "x-value")] header: Vec<String> = list(text()), };
    {
        no_body: "" {}
        json: "application/json; charset=utf-8" { #[response(body)] items: Vec<Item> = list(item()), }
        raw: "application/pdf" { #[response(raw = "application/pdf")] content: Vec<u8> = bytes(), }
        text: "text/plain; charset=utf-8" {
            #[response(raw = "text/plain; charset=utf-8")]
            content: String = "[^<]{0,20}".boxed(),
        }
        format: "text/csv" { #[response(format = Semicolons)] cells: Vec<u32> = list(any::<u32>()), }
        fields: "application/json; charset=utf-8" {
            id: u32 = any::<u32>(),
            #[response(rename = "type")]
            kind: Option<String> = any::<Option<String>>(),
            nested: Vec<Item> = list(item()),
        }
        flattened: "application/json; charset=utf-8" {
            id: u32 = any::<u32>(),
            #[serde(flatten)]
            flat: Flat = flat(),
            #[serde(flatten)]
            others: BTreeMap<String, u32> = others(),
        }
    }
}

fn read<T: Response + Send + Sync>(response: &HttpResponse<Bytes>) -> Result<T, String> {
    Get::<T>::decode(response).map_err(|error| error.to_string())
}

fn read_refusal<T: ErrorResponse + Send + Sync>(response: &HttpResponse<Bytes>) -> Result<T, String> {
    match Fail::<T>::decode(response) {
        Err(ResponseError::Api(error)) => error.declared::<Fail<T>>().unwrap().map_err(|error| error.to_string()),
        other => Err(format!("{other:?}")),
    }
}

fn is_read<T: ToResponse + PartialEq + Debug>(
    cases: &BoxedStrategy<Case<T>>,
    read: fn(&HttpResponse<Bytes>) -> Result<T, String>,
) {
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(cases, |(value, headers)| {
        let written = value.to_response().unwrap();
        prop_assert_eq!(sorted(written.headers()), expected(&headers));
        prop_assert_eq!(read(&written), Ok(value));
        Ok(())
    });
    if let Err(TestError::Fail(why, case)) = outcome {
        panic!("{why}: {case:?}");
    }
}

/// The headers in the order of their names; those of one name in their own order.
fn sorted(headers: &HeaderMap) -> Vec<(&str, &[u8])> {
    let mut all: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    all.sort_by_key(|(name, _)| *name);
    all
}

fn expected<'h>(headers: &'h [(&'static str, String)]) -> Vec<(&'h str, &'h [u8])> {
    let mut all: Vec<_> = headers.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    all.sort_by_key(|(name, _)| *name);
    all
}

fn samples<T: Debug>(cases: &BoxedStrategy<Case<T>>) -> Vec<Case<T>> {
    let mut runner = TestRunner::deterministic();
    (0..6).map(|_| cases.new_tree(&mut runner).unwrap().current()).collect()
}

/// A server that sends these responses, one after the other.
async fn server(responses: impl Iterator<Item = HttpResponse<Bytes>>) -> Client {
    let responses = Arc::new(Mutex::new(responses.collect::<VecDeque<_>>()));
    let next = move || {
        let response = responses.lock().unwrap().pop_front().unwrap();
        async { response.map(axum::body::Body::from) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(next)).into_future());
    Client::builder(&url).retries(Retries::none()).build().unwrap()
}

/// What arrived of the headers that were written.
fn arrived(all: &HeaderMap) -> HeaderMap {
    let is_ours = |name: &&http::HeaderName| name.as_str() == "x-value" || **name == CONTENT_TYPE;
    let ours = all.iter().filter(|(name, _)| is_ours(name));
    let mut headers = HeaderMap::new();
    for (name, value) in ours {
        headers.append(name, value.clone());
    }
    headers
}

async fn is_read_from_a_socket<T: Response + ToResponse + PartialEq + Debug + Send + Sync>(
    cases: &BoxedStrategy<Case<T>>,
) {
    let samples = samples(cases);
    let client = server(samples.iter().map(|(value, _)| value.to_response().unwrap())).await;
    for (value, headers) in &samples {
        let (read, head) = client.call(&Get::<T> { of: PhantomData }).with_head().await.unwrap();
        assert_eq!(&read, value);
        assert_eq!(sorted(&arrived(&head.headers)), expected(headers));
    }
}

async fn is_read_from_a_socket_as_a_refusal<T: ErrorResponse + ToResponse + PartialEq + Debug + Send + Sync>(
    cases: &BoxedStrategy<Case<T>>,
) {
    let samples = samples(cases);
    let client = server(samples.iter().map(|(value, _)| value.to_response().unwrap())).await;
    for (value, headers) in &samples {
        let error = client.call(&Fail::<T> { with: PhantomData }).await.unwrap_err();
        assert_eq!(error.declared::<Fail<T>>().unwrap().as_ref(), Ok(value));
        assert_eq!(sorted(&arrived(error.api().unwrap().headers())), expected(headers));
    }
}
