//! Endpoints as traits: the request, the response, and who may call.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{Request as HttpRequest, Response as HttpResponse};

use crate::auth::{Requirement, SatisfiedBy};
use crate::body::Body;
use crate::endpoint_info::EndpointInfo;
use crate::method::Method;
use crate::request::{EncodeError, Request, RequestError};
use crate::response::ResponseError;
use crate::statuses::Statuses;
use crate::template::PathTemplate;
use crate::typed_response::ErrorResponse;

/// One operation of an API: a request that can be written, and a response that can be read.
///
/// `#[derive(Endpoint)]` implements it for the struct that holds the values of the request. Both directions are
/// functions over data: nothing is sent.
///
/// ```
/// use qelos_spec::{Endpoint, auth::SignedIn};
///
/// /// Reads one invoice.
/// #[derive(Debug, Clone, Endpoint)]
/// #[endpoint(GET, "/api/invoices/{id}", response = String, auth = SignedIn)]
/// struct GetInvoice {
///     id: u32,
///     currency: Option<String>,
/// }
///
/// let request = GetInvoice { id: 7, currency: Some("EUR".to_owned()) }.encode().unwrap();
/// assert_eq!(request.target(), "/api/invoices/7?currency=EUR");
/// ```
///
/// [`examples/by_hand.rs`](https://docs.rs/crate/qelos-spec/latest/source/examples/by_hand.rs) has one that is implemented
/// by hand, and one that wraps another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an endpoint",
    label = "not declared as an endpoint",
    note = "declare it: `#[derive(Endpoint)] #[endpoint(GET, \"/api/…\", response = …, auth = …)]`"
)]
pub trait Endpoint {
    /// The name of the declaration, for people and traces.
    const NAME: &'static str;
    /// The method of the request.
    const METHOD: Method;
    /// The path of the request.
    const PATH: PathTemplate;
    /// Who may call.
    type Auth: Requirement;
    /// The type of a successful response.
    type Response: Send + 'static;
    /// The type of a refusal's body; `()` when [`ApiError`](crate::ApiError) says enough.
    type Error: ErrorResponse + Send;
    /// The parameters that stand in the query of each request, as they are sent: `acl`, or `list-type=2`.
    const QUERY: &'static str = "";
    /// Whether sending the request twice does no more than sending it once. Default: it is for `GET`, `HEAD`, `PUT`,
    /// `DELETE` and `OPTIONS`, and not for other methods.
    const IDEMPOTENT: bool = Self::METHOD.idempotent_by_default();
    /// The header by which the server recognises a request that it has seen before. A client that sends the request of an
    /// endpoint with such a header draws a [key](crate::IdempotencyKey) if [`encode`](Self::encode) has set none, and keeps it
    /// for all attempts of a call.
    const IDEMPOTENCY_KEY: Option<&'static str> = None;
    /// How long one exchange may take, if the endpoint says so.
    const TIMEOUT: Option<Duration> = None;
    /// Whether the server also reports errors with a status of 200, in a body that holds `errors` and nothing else.
    /// Such a response is read as an error then. Without this, it is a response like any other.
    const ERRORS_WITH_200: bool = false;
    /// The statuses of a success. A response with another status is an error.
    const STATUSES: Statuses = Statuses::SUCCESS;
    /// The media types of a response, for the header `accept`; none stands for JSON.
    const ACCEPT: &'static [&'static str] = &[];

    /// How a response is read that is a stream, such as [`Events`](crate::Events); `None` for all others.
    ///
    /// The function reads the head of a successful response. Its body arrives while the value is used.
    const STREAM: Option<ReadStream<Self::Response>> = None;

    /// Writes the request, without a server and a credential.
    ///
    /// # Errors
    ///
    /// When a value cannot be written: an empty path segment, a line break in a header.
    fn encode(&self) -> Result<Request, EncodeError>;

    /// Reads the response.
    ///
    /// # Errors
    ///
    /// When the server has refused, or its response is not the declared one.
    fn decode(response: &HttpResponse<Bytes>) -> Result<Self::Response, ResponseError>;
}

/// Reads the head of a response whose body arrives while the value is used: [`Endpoint::STREAM`]. Among the extensions of the
/// response may be a [`Reopen`](crate::stream::Reopen), for a stream that breaks off.
pub type ReadStream<R> = fn(HttpResponse<Body>) -> Result<R, ResponseError>;

/// The server's side of an [`Endpoint`]: reads its request. For servers, fakes and round-trip tests.
/// [`EncodeResponse`] writes the response.
///
/// `#[derive(DecodeRequest)]` implements it from the same attributes.
#[diagnostic::on_unimplemented(
    message = "requests of `{Self}` cannot be decoded",
    note = "add `DecodeRequest` to its derives, next to `Endpoint`; where `#[resource]` declares it, add `decode` there"
)]
pub trait DecodeRequest: Endpoint + Sized {
    /// Reads the values of a request.
    ///
    /// # Errors
    ///
    /// When the request belongs to another endpoint, or a value is missing or malformed.
    fn decode_request(request: &HttpRequest<Bytes>) -> Result<Self, RequestError>;
}

/// Writes whole responses of an [`Endpoint`]: status, headers and body.
///
/// `#[derive(DecodeRequest)]` implements it as well, for responses that can be written: those whose values implement
/// `serde::Serialize`. What is missing is reported where responses are written, so that a program that only reads
/// requests needs none of it.
///
/// ```
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::{DecodeRequest, EncodeResponse, Endpoint, Response};
///
/// #[derive(Debug, PartialEq, Response)]
/// struct Page {
///     #[response(header = "x-total-count")]
///     total: u64,
///     #[response(body)]
///     numbers: Vec<u32>,
/// }
///
/// #[derive(Endpoint, DecodeRequest)]
/// #[endpoint(GET, "/api/invoices", response = Page, auth = SignedIn)]
/// struct ListInvoices {}
///
/// let response = ListInvoices::encode_response(&Page { total: 2, numbers: vec![7, 8] })?;
/// assert_eq!(response.headers()["x-total-count"], "2");
/// assert_eq!(response.body(), "[7,8]");
/// assert_eq!(ListInvoices::decode(&response)?, Page { total: 2, numbers: vec![7, 8] });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "responses of `{Self}` cannot be written",
    note = "add `DecodeRequest` to its derives, next to `Endpoint`; where `#[resource]` declares it, add `decode` there"
)]
pub trait EncodeResponse: DecodeRequest {
    /// Writes a successful response.
    ///
    /// # Errors
    ///
    /// When a value cannot be written in its place.
    fn encode_response(response: &Self::Response) -> Result<HttpResponse<Bytes>, EncodeError>;
}

impl EndpointInfo {
    /// The facts of `E`: one constant for each endpoint, which requests and errors point at.
    #[must_use]
    pub const fn of<E: Endpoint + ?Sized>() -> &'static Self {
        const {
            &Self {
                name: E::NAME,
                method: E::METHOD,
                path: E::PATH,
                query: E::QUERY,
                needs: <E::Auth as Requirement>::NEEDS,
                sends_credential: <E::Auth as Requirement>::SENDS_CREDENTIAL,
                idempotent: E::IDEMPOTENT,
                idempotency_key: E::IDEMPOTENCY_KEY,
                errors_with_200: E::ERRORS_WITH_200,
                statuses: E::STATUSES,
                accept: E::ACCEPT,
                timeout: E::TIMEOUT,
                streams: E::STREAM.is_some(),
            }
        }
    }
}

/// Calls endpoints. The handles of `#[resource]` call it.
///
/// `qelos_client::Client` implements it. Implement it for a type of your own to change calls before they are sent, or
/// to respond to them in tests.
///
/// ```
/// use std::future::{Ready, ready};
///
/// use qelos_spec::auth::{SatisfiedBy, SignedIn};
/// use qelos_spec::{Dispatch, EncodeError, Endpoint, Request, ResponseError};
///
/// /// A credential for all endpoints of signed-in users.
/// struct Tester;
///
/// impl SatisfiedBy<Tester> for SignedIn {}
///
/// /// Responds to every call with the same text.
/// struct Parrot(&'static str);
///
/// impl Dispatch for Parrot {
///     type Credential = Tester;
///     type Error = ResponseError;
///     type Call<R: Send + 'static> = Ready<Result<R, ResponseError>>;
///
///     fn dispatch_encoded<E>(&self, _: Result<Request, EncodeError>) -> Self::Call<E::Response>
///     where
///         E: Endpoint,
///         E::Auth: SatisfiedBy<Tester>,
///     {
///         ready(E::decode(&http::Response::new(self.0.into())))
///     }
/// }
///
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/invoices", response = Vec<String>, auth = SignedIn)]
/// struct ListInvoices {}
///
/// let parrot = Parrot(r#"["2026-001"]"#);
/// assert_eq!(parrot.dispatch(&ListInvoices {}).into_inner()?, ["2026-001"]);
/// # Ok::<(), ResponseError>(())
/// ```
pub trait Dispatch: Sync {
    /// The type of the caller's credential.
    type Credential;
    /// The error of a call.
    type Error;
    /// A call with the response `R`. It owns what it needs.
    type Call<R: Send + 'static>: Future<Output = Result<R, Self::Error>> + Send;

    /// Prepares a call. Awaiting it sends the request of `endpoint` and reads the response.
    ///
    /// Dropping it abandons the call: a request that was sent may still take effect.
    fn dispatch<E>(&self, endpoint: &E) -> Self::Call<E::Response>
    where
        E: Endpoint,
        E::Auth: SatisfiedBy<Self::Credential>,
    {
        self.dispatch_encoded::<E>(endpoint.encode())
    }

    /// Prepares a call of `E` whose request is encoded already, or could not be: then the call fails with the error.
    ///
    /// The request is one of `E`, which is not checked: a request of another endpoint would be sent with the rules of
    /// `E`. Use [`dispatch`](Self::dispatch) where there is a value of `E`. Handles have none where their methods borrow
    /// arguments, and encode from them without a copy.
    fn dispatch_encoded<E>(&self, request: Result<Request, EncodeError>) -> Self::Call<E::Response>
    where
        E: Endpoint,
        E::Auth: SatisfiedBy<Self::Credential>;
}
