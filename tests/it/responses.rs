//! Properties of reading: whatever a server sends, nothing panics, and what is shown is one line that ends.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{Request, Response};
use proptest::prelude::*;
use qelos_client::api::{GetMe, SignUp};
use qelos_client::auth::Public;
use qelos_client::transport::TransportErrorKind;
use qelos_client::{ApiError, Client, Endpoint, ResponseError, Retries, TransportError};
use serde_json::json;

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/things", auth = Public)]
struct MakeThing;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things", auth = Public, error = u32)]
struct CountThings;

/// What the documentation promises of the lines: their longest, in characters.
const LONGEST_OF_SPEC: usize = 1000;
const LONGEST_OF_CLIENT: usize = 2000;

fn is_one_line(line: &str, longest: usize) -> bool {
    let ends_or_turns = |c: char| c.is_control() || "\u{2028}\u{2029}\u{202a}\u{202d}\u{202e}\u{2066}".contains(c);
    line.chars().count() <= longest && !line.contains(ends_or_turns)
}

/// JSON with the names that are looked at.
fn some_json() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof![".*", "[\n\u{1b}\u{202e}\u{2028}x]{0,400}"];
    let leaf = prop_oneof![Just(json!(null)), any::<i64>().prop_map(|n| json!(n)), text.prop_map(|text| json!(text))];
    let name = prop_oneof![
        proptest::sample::select(vec![
            "message", "errors", "error", "detail", "code", "loc", "field", "source", "title", ""
        ])
        .prop_map(str::to_owned),
        ".{0,9}",
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
            proptest::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|object| serde_json::Value::Object(object.into_iter().collect())),
        ]
    })
}

fn some_response() -> impl Strategy<Value = Response<Bytes>> {
    let kind = prop_oneof![
        Just("application/json".to_owned()),
        Just("text/html".to_owned()),
        Just("text/plain".to_owned()),
        "[ -~]{0,60}",
    ];
    let body = prop_oneof![
        some_json().prop_map(|json| json.to_string().into_bytes()),
        proptest::collection::vec(any::<u8>(), 0..400),
        ".{0,2000}".prop_map(String::into_bytes),
    ];
    (100_u16..1000, kind, proptest::option::of("[ -~]{0,80}"), body).prop_map(|(status, kind, encoding, body)| {
        let mut response = Response::builder().status(status).header(CONTENT_TYPE, kind).body(body.into()).unwrap();
        if let Some(encoding) = encoding {
            response.headers_mut().insert(CONTENT_ENCODING, encoding.parse().unwrap());
        }
        response
    })
}

fn reads<E: Endpoint>(response: &Response<Bytes>) -> Result<(), TestCaseError> {
    match E::decode(response) {
        Ok(_) => prop_assert!(response.status().is_success()),
        Err(ResponseError::Api(error)) => {
            prop_assert_eq!(error.status(), response.status());
            prop_assert!(is_one_line(&error.to_string(), LONGEST_OF_SPEC), "{}", error);
            prop_assert!(error.fields().len() <= 32 && error.message().is_none_or(|text| text.chars().count() <= 301));
            if let Some(Err(why)) = error.declared::<CountThings>() {
                prop_assert!(is_one_line(&why.to_string(), LONGEST_OF_SPEC), "{}", why);
            }
        }
        Err(ResponseError::Decode(error)) => {
            prop_assert!(response.status().is_success());
            prop_assert!(is_one_line(&error.to_string(), LONGEST_OF_SPEC), "{}", error);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_response_is_shown_as_one_short_line(response in some_response()) {
        prop_assert_eq!(ApiError::of(&response).is_none(), response.status().is_success());
        reads::<MakeThing>(&response)?;
        reads::<CountThings>(&response)?;
        reads::<GetMe>(&response)?;
        reads::<SignUp>(&response)?;
    }

    #[test]
    fn the_error_of_a_client_is_one_short_line(response in some_response(), cause in ".{0,400}", is_lost in any::<bool>()) {
        let transport = move |_: Request<Bytes>| {
            let broken = || TransportError::new(TransportErrorKind::Broken, cause.clone());
            let outcome = if is_lost { Err(broken()) } else { Ok(response.clone()) };
            async { outcome }
        };
        let client = Client::builder("https://acme.example").transport(transport).retries(Retries::none()).build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        if let Err(error) = runtime.block_on(async { client.call(&MakeThing).await }) {
            for line in [error.to_string(), format!("{error:#}")] {
                prop_assert!(is_one_line(&line, LONGEST_OF_CLIENT), "{}", line);
            }
        }
    }
}
