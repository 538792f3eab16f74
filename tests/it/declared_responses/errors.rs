//! Types of refusals.

use super::*;

#[derive(Debug, Clone, PartialEq, Response)]
enum Refused {
    #[response(402)]
    Declined { reason: String },
    #[response(409)]
    Twice,
    #[response(429)]
    Slower {
        #[response(header)]
        retry_after: u32,
        error: ApiError,
    },
    #[response(4xx)]
    Wrong {
        #[response(status)]
        status: u16,
        #[response(body)]
        item: Item,
    },
    #[response(_)]
    Other(ApiError),
}

/// One that names no status and has no rest.
#[derive(Debug, Clone, PartialEq, Response)]
struct Problem {
    #[response(status)]
    status: u16,
    #[response(header = "x-request-id")]
    request: Option<String>,
    title: String,
}

#[derive(Debug, PartialEq, Response)]
enum OnlyTwice {
    #[response(409)]
    Twice { first: u32 },
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/charges", auth = Public, error = Refused)]
struct Pay {}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/charges", auth = Public, error = Problem)]
struct PayWithProblems {}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/charges", auth = Public, error = OnlyTwice)]
struct PayOnce {}

fn declared(response: &HttpResponse<Bytes>) -> Refused {
    refused::<Pay>(response).declared::<Pay>().unwrap().unwrap()
}

#[test]
fn a_refusal_is_read_by_its_status() {
    assert_eq!(
        declared(&response(402, r#"{"reason":"no funds"}"#)),
        Refused::Declined { reason: "no funds".to_owned() }
    );
    assert_eq!(declared(&response(409, "in any form")), Refused::Twice);
    let item = Item { id: 7, note: None };
    assert_eq!(declared(&response(418, r#"{"id":7}"#)), Refused::Wrong { status: 418, item });
    let slower = with(response(429, r#"{"message":"slow down"}"#), "retry-after", "30");
    let Refused::Slower { retry_after: 30, error } = declared(&slower) else { panic!() };
    assert_eq!(error.message(), Some("slow down"));
    let Refused::Other(error) = declared(&with(response(503, "soon"), "content-type", "text/plain")) else { panic!() };
    assert_eq!((error.status().as_u16(), error.message()), (503, Some("soon")));
}

#[test]
fn a_refusal_that_does_not_fit_is_read_as_the_rest() {
    for odd in [
        response(402, r#"{"message":"no"}"#),
        response(418, "[]"),
        response(429, r#"{"message":"no"}"#),
        response(409, "<html>a page</html>"),
        response(301, ""),
    ] {
        let Refused::Other(error) = declared(&odd) else { panic!("{odd:?}") };
        assert_eq!(error.status(), odd.status());
    }
}

#[test]
fn a_refusal_without_a_rest_says_why_it_does_not_fit() {
    let read = |response| refused::<PayOnce>(&response).declared::<PayOnce>();
    assert_eq!(read(response(409, r#"{"first":7}"#)), Some(Ok(OnlyTwice::Twice { first: 7 })));
    assert_eq!(read(response(410, r#"{"first":7}"#)), None, "the status is not declared");
    let why = read(response(409, "{}")).unwrap().unwrap_err().to_string();
    assert_eq!(why, "the response to `PayOnce` (409 Conflict) is not the declared one: `first`: it is missing");
    let large = read(response(409, &format!(r#"{{"first":7,"text":"{}"}}"#, "x".repeat(1 << 16))));
    assert!(large.unwrap().unwrap_err().to_string().ends_with("its body is larger than 64 KiB, and was not kept"));
}

#[test]
fn a_struct_is_read_from_any_refusal_with_its_headers() {
    let response = with(response(502, r#"{"title":"late"}"#), "x-request-id", "r-1");
    let error = refused::<PayWithProblems>(&response);
    let problem = Problem { status: 502, request: Some("r-1".to_owned()), title: "late".to_owned() };
    assert_eq!(error.declared::<PayWithProblems>(), Some(Ok(problem)));
    assert_eq!(error.declared::<Pay>(), None, "it is the error of another endpoint");
    assert_eq!(error.headers()["x-request-id"], "r-1");
    assert!(!format!("{error:?}{error}").contains("r-1"), "headers are kept and never shown");
}

#[test]
fn what_a_server_refuses_with_is_read_by_a_client() {
    let other = refused::<Pay>(&with(response(503, "soon"), "content-type", "text/plain"));
    let slower = refused::<Pay>(&with(response(429, r#"{"message":"no"}"#), "content-type", "application/json"));
    for value in [
        Refused::Declined { reason: "no funds".to_owned() },
        Refused::Twice,
        Refused::Wrong { status: 418, item: Item { id: 7, note: None } },
    ] {
        assert_eq!(declared(&value.to_response().unwrap()), value);
    }
    let written = Refused::Other(other.clone()).to_response().unwrap();
    let Refused::Other(read) = declared(&written) else { panic!() };
    assert_eq!((read.status(), read.message(), read.body()), (other.status(), other.message(), other.body()));
    let written = Refused::Slower { retry_after: 30, error: slower }.to_response().unwrap();
    assert!(matches!(declared(&written), Refused::Slower { retry_after: 30, .. }));
    // A refusal of another status would be read as another variant.
    assert!(Refused::Slower { retry_after: 30, error: other }.to_response().is_err());
    let twice = refused::<Pay>(&response(409, ""));
    assert!(Refused::Other(twice).to_response().is_err());
}

#[test]
fn code_over_any_error_reads_a_refusal() {
    fn is_twice(error: &impl qelos_spec::Refused) -> bool {
        error.refusal().is_some() && error.declared::<Pay>() == Some(Ok(Refused::Twice))
    }
    let refusal = refused::<Pay>(&response(409, ""));
    assert!(is_twice(&refusal) && is_twice(&ResponseError::Api(refusal)));
}
