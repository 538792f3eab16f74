//! Responses of a server: reading any of them ends without a panic.
//!
//! An input that begins with a digit is the response itself: the status and the content type on the first line, the
//! body behind an empty one. Every other input is a series of choices.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use qelos_spec::api::{
    ApiTokensDelete, ApiTokensList, CreateApiToken, GetMe, OAuthSignIn, RefreshTokens, SignIn, SignOut,
};
use qelos_spec::auth::Public;
use qelos_spec::{ApiError, EncodeResponse, Endpoint, ResponseError};
use serde_json::{Map, Value};

use super::secrets::{SECRET, is_a_value_in, shows_in};
use super::source::Source;

/// The names under which servers put words for people. `ApiError` shows these values.
const WORDS: &[&str] = &[
    "message",
    "error",
    "error_description",
    "code",
    "errors",
    "detail",
    "details",
    "msg",
    "title",
    "error_message",
    "errorMessage",
    "description",
    "Message",
    "reason",
    "error_code",
    "errorCode",
    "type",
    "__type",
    "status",
    "violations",
    "issues",
    "invalid-params",
    "invalid_params",
];

/// Declares the type of its refusals.
#[derive(Endpoint)]
#[endpoint(GET, "/api/refused", auth = Public, error = Vec<u32>)]
struct Refused;

/// Names of fields that the endpoints read, and of some that they do not.
const KEYS: &[&str] = &[
    "payload",
    "token",
    "refreshToken",
    "user",
    "workspace",
    "_id",
    "name",
    "roles",
    "labels",
    "metadata",
    "apiToken",
    "nickname",
    "tokenPrefix",
    "expiresAt",
    "lastUsedAt",
    "usageCount",
    "created",
    "username",
    "email",
    "tenant",
    "birthDate",
    "fullName",
    "errors",
    "message",
    "error",
    "code",
    "error_description",
    "detail",
    "title",
    "field",
    "loc",
    "source",
    "type",
    "general",
    "",
    "other",
    "ä\"\\",
];

/// Every response is read without a panic, its status survives, and none of its values shows in an error.
pub fn decode_response(data: &[u8]) {
    let response = response(data);
    let refused = ApiError::of(&response);
    assert!(refused.is_some() || response.status().is_success(), "a response without success is an error");
    if let Some(error) = &refused {
        assert_eq!(error.status(), response.status(), "the status survives");
        assert!(!shows_in(&shown(error)) || has_it_in_words(&response), "a secret shows: {error:?}");
    }
    reads::<SignIn>(&response, refused.as_ref());
    reads::<OAuthSignIn>(&response, refused.as_ref());
    reads::<RefreshTokens>(&response, refused.as_ref());
    reads::<SignOut>(&response, refused.as_ref());
    reads::<GetMe>(&response, refused.as_ref());
    reads::<CreateApiToken>(&response, refused.as_ref());
    reads::<ApiTokensList>(&response, refused.as_ref());
    reads::<ApiTokensDelete>(&response, refused.as_ref());
}

/// The response that an input stands for.
pub(super) fn show(data: &[u8]) -> String {
    let response = response(data);
    let kind = response.headers().get(CONTENT_TYPE);
    format!("{} {kind:?}\n\n{}", response.status(), String::from_utf8_lossy(response.body()))
}

fn reads<E: EncodeResponse>(response: &Response<Bytes>, refused: Option<&ApiError>) {
    match E::decode(response) {
        Ok(value) => {
            assert!(refused.is_none(), "{}: an error was read as a success", E::NAME);
            let written = E::encode_response(&value).unwrap();
            assert!(E::decode(&written).is_ok(), "{}: a value that was read can be written and read again", E::NAME);
        }
        Err(ResponseError::Api(error)) => {
            let is_the_same = |refused: &ApiError| shown(refused) == shown(&error) && refused.body() == error.body();
            assert!(refused.is_some_and(is_the_same), "{}: the error is the one in the response", E::NAME);
            assert!(error.declared::<E>().is_none(), "{}: the endpoint declares no error", E::NAME);
            let declared = error.declared::<Refused>();
            assert!(declared.is_none(), "{}: the error does not belong to another endpoint", E::NAME);
            if let Some(Err(why)) = refused.and_then(ApiError::declared::<Refused>) {
                let text = shown(&why);
                let leaks = shows_in(&text) && is_a_value_in(&String::from_utf8_lossy(response.body()));
                assert!(!leaks, "a secret shows: {text}");
            }
        }
        Err(ResponseError::Decode(error)) => {
            assert!(refused.is_none(), "{}: the refusal of the server is lost", E::NAME);
            assert_eq!(error.status(), response.status(), "the status survives");
            let text = shown(&error);
            let leaks = shows_in(&text) && is_a_value_in(&String::from_utf8_lossy(response.body()));
            assert!(!leaks, "a secret shows: {text}");
        }
    }
}

fn shown(error: &impl std::error::Error) -> String {
    format!("{error} {error:#} {error:?} {error:#?}")
}

/// Whether the secret is among the words of a response, which are shown.
fn has_it_in_words(response: &Response<Bytes>) -> bool {
    let body = response.body().strip_prefix("\u{feff}".as_bytes()).unwrap_or(response.body());
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => {
            WORDS.iter().filter_map(|word| object.get(*word)).any(|words| shows_in(&words.to_string()))
        }
        // Some APIs refuse with a text, or with a list of problems.
        Ok(words) => shows_in(&words.to_string()),
        Err(_) => response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/")),
    }
}

fn response(data: &[u8]) -> Response<Bytes> {
    if data.first().is_some_and(u8::is_ascii_digit) {
        let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
        let (line, body) = data.split_at(end);
        let (status, kind) = line.split_at(line.len().min(3));
        let body = body.strip_prefix(b"\n\n").unwrap_or(body);
        let status = StatusCode::from_bytes(status).unwrap_or(StatusCode::OK);
        return put_together(status, kind.trim_ascii(), body.to_vec());
    }
    let mut source = Source::new(data);
    let status = source.pick(&[200, 400, 204, 299, 301, 401, 404, 500, 100, 999]);
    let kind: &[u8] = match source.below(6) {
        0 | 1 => b"application/json; charset=utf-8",
        2 => b"text/html; charset=utf-8",
        3 => b"text/plain",
        4 => b"",
        _ => source.some(),
    };
    let mut body = match source.below(8) {
        0..=5 => json(&mut source, 5, false).to_string().into_bytes(),
        6 => format!("<pre>{}</pre>{SECRET}", source.text()).into_bytes(),
        _ => source.rest().to_vec(),
    };
    if source.one_in(4) {
        body.truncate(usize::from(source.byte()));
    }
    body.extend(source.rest());
    put_together(StatusCode::from_u16(status).unwrap(), kind, body)
}

fn put_together(status: StatusCode, kind: &[u8], body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    if let Ok(kind) = HeaderValue::from_bytes(kind) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response
}

/// JSON in the form of a response, with the secret among its values.
fn json(source: &mut Source<'_>, depth: usize, is_word: bool) -> Value {
    let leaf = depth == 0;
    match source.below(16) {
        0..=6 if !leaf => {
            let mut object = Map::new();
            for _ in 0..source.below(8) {
                let key = source.pick(KEYS);
                object.insert(key.to_owned(), json(source, depth - 1, is_word || WORDS.contains(&key)));
            }
            Value::Object(object)
        }
        7 if !leaf => (0..source.below(4)).map(|_| json(source, depth - 1, is_word)).collect(),
        8 => source.pick(&[0_i64, 1, -1, i64::MAX, i64::MIN]).into(),
        9 => source.pick(&[0.5, 1e300, -0.0]).into(),
        10 => source.one_in(2).into(),
        11 => Value::Null,
        12 => source
            .pick(&["6b01d2eb627f2972a3746020", "2026-12-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "oauth"])
            .into(),
        13 => source.text().into(),
        _ if is_word => "words".into(),
        _ => format!("{}{SECRET}{}", source.pick(QUOTES), source.pick(QUOTES)).into(),
    }
}

/// Characters that could mislead code that cuts values out of messages.
const QUOTES: &[&str] = &["", "\"", "`", ", expected ", "\", expected `", "missing field `", "\n", "\\"];
