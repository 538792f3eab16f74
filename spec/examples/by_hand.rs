//! An endpoint that is implemented by hand, for a body that no word describes, and one that wraps any other endpoint.

use std::time::Duration;

use qelos_spec::auth::SignedIn;
use qelos_spec::bytes::Bytes;
use qelos_spec::http::header::{HeaderName, HeaderValue};
use qelos_spec::{
    ApiError, DecodeError, EncodeError, Endpoint, EndpointInfo, Method, PathTemplate, ReadStream, Request,
    ResponseError, Statuses, api::GetMe,
};

/// Sends lines to an invoice, with their count in front. The response is the number of the last one, as text.
struct SendLines {
    number: u64,
    lines: Vec<String>,
}

impl Endpoint for SendLines {
    const NAME: &'static str = "SendLines";
    const METHOD: Method = Method::POST;
    const PATH: PathTemplate = PathTemplate::new("/api/invoices/{number}/lines");
    type Auth = SignedIn;
    type Response = u64;
    type Error = ();
    const IDEMPOTENT: bool = false;
    const TIMEOUT: Option<Duration> = None;
    // A 202 is not enough here: the lines are not there yet.
    const STATUSES: Statuses = Statuses::NONE.with(200).with(201);
    const ACCEPT: &'static [&'static str] = &["text/plain"];

    fn encode(&self) -> Result<Request, EncodeError> {
        if self.lines.iter().any(|line| line.contains('\n')) {
            return Err(EncodeError::new(Self::NAME, "a line holds a line break"));
        }
        let body = format!("{}\n{}\n", self.lines.len(), self.lines.join("\n"));
        let request = Request::new(EndpointInfo::of::<Self>(), &[("number", &self.number)])?;
        Ok(request.with_body(HeaderValue::from_static("text/plain; charset=utf-8"), body))
    }

    fn decode(response: &http::Response<Bytes>) -> Result<u64, ResponseError> {
        if let Some(error) = ApiError::of(response) {
            return Err(ResponseError::Api(error));
        }
        let status = response.status();
        let refuse = |reason: &str| ResponseError::Decode(DecodeError::new(Self::NAME, status, reason));
        if !Self::STATUSES.contains(status) {
            return Err(refuse("its status is not declared"));
        }
        let text = std::str::from_utf8(response.body()).map_err(|_| refuse("its body is not text in UTF-8"))?;
        text.trim().parse().map_err(|_| refuse("its body is not the number of a line"))
    }
}

/// Any endpoint, with a header that says which version of the API is meant.
struct InVersion<E>(&'static str, E);

impl<E: Endpoint> Endpoint for InVersion<E> {
    const NAME: &'static str = E::NAME;
    const METHOD: Method = E::METHOD;
    const PATH: PathTemplate = E::PATH;
    type Auth = E::Auth;
    type Response = E::Response;
    type Error = E::Error;
    // Each constant is named, also those with a default: the default is not that of the endpoint inside.
    const QUERY: &'static str = E::QUERY;
    const IDEMPOTENT: bool = E::IDEMPOTENT;
    const IDEMPOTENCY_KEY: Option<&'static str> = E::IDEMPOTENCY_KEY;
    const TIMEOUT: Option<Duration> = E::TIMEOUT;
    const ERRORS_WITH_200: bool = E::ERRORS_WITH_200;
    const STATUSES: Statuses = E::STATUSES;
    const ACCEPT: &'static [&'static str] = E::ACCEPT;
    const STREAM: Option<ReadStream<E::Response>> = E::STREAM;

    fn encode(&self) -> Result<Request, EncodeError> {
        let version = HeaderValue::from_static(self.0);
        Ok(self.1.encode()?.with_header(HeaderName::from_static("x-api-version"), version))
    }

    fn decode(response: &http::Response<Bytes>) -> Result<E::Response, ResponseError> {
        E::decode(response)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines = SendLines { number: 7, lines: vec!["hosting".to_owned(), "domain".to_owned()] };
    let request = lines.encode()?;
    assert_eq!((request.target(), &request.headers()["accept"]), ("/api/invoices/7/lines", &"text/plain".parse()?));
    assert_eq!(request.body(), "2\nhosting\ndomain\n");
    assert!(SendLines { number: 7, lines: vec!["a\nb".to_owned()] }.encode().is_err());

    assert_eq!(SendLines::decode(&http::Response::new("12\n".into()))?, 12);
    let accepted = http::Response::builder().status(202).body(Bytes::new())?;
    assert!(matches!(SendLines::decode(&accepted), Err(ResponseError::Decode(_))));

    let request = InVersion("2026-11-01", GetMe).encode()?;
    assert_eq!(request.headers()["x-api-version"], "2026-11-01");
    println!("{request:?}");
    Ok(())
}
