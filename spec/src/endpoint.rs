//! What an endpoint is: one request, one response, and who may exchange them.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request as HttpRequest, Response as HttpResponse};

use crate::auth::{Requirement, SatisfiedBy};
use crate::endpoint_info::EndpointInfo;
use crate::request::{EncodeError, Request, RequestError};
use crate::response::{JsonResponse, ResponseError};
use crate::template::PathTemplate;

/// One operation of an API: a request that can be built, and an answer that can be read.
///
/// Implemented by `#[derive(Endpoint)]` on the struct that holds the values of the request. Both directions are plain
/// functions over plain data: nothing here sends anything.
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
    /// What a successful answer says.
    type Response: Send + 'static;
    /// What the server says when it refuses, beyond [`ApiError`](crate::ApiError); `()` when that is all.
    type Error: JsonResponse + Send;
    /// Whether sending the request twice does no more than sending it once.
    const IDEMPOTENT: bool;
    /// How long an exchange may take, when it is not as long as any other.
    const TIMEOUT: Option<Duration>;
    /// Whether the server also reports errors with a status of 200, in a body that holds `errors` and nothing else. They are
    /// errors then, as with any other status. Elsewhere such a body is an answer like any other.
    const ERRORS_WITH_200: bool = false;

    /// Builds the request: everything but the server it goes to and the credential it carries.
    ///
    /// # Errors
    ///
    /// When a value has no place in a request: an empty path segment, a line break in a header.
    fn encode(&self) -> Result<Request, EncodeError>;

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// What the server says is wrong, or that its answer is not the declared one.
    fn decode(response: &HttpResponse<Bytes>) -> Result<Self::Response, ResponseError>;
}

/// The other side of an [`Endpoint`]: read its request, write its answer. For servers, fakes and round-trip tests.
///
/// Implemented by `#[derive(DecodeRequest)]`, from the same attributes.
#[diagnostic::on_unimplemented(
    message = "requests of `{Self}` cannot be decoded",
    note = "add `DecodeRequest` to its derives, next to `Endpoint`; where `#[resource]` declares it, add `decode` there"
)]
pub trait DecodeRequest: Endpoint + Sized {
    /// Reads the values back out of a request.
    ///
    /// # Errors
    ///
    /// When the request is not one of this endpoint, or a value is missing or malformed.
    fn decode_request(request: &HttpRequest<Bytes>) -> Result<Self, RequestError>;

    /// Writes a successful answer.
    ///
    /// # Errors
    ///
    /// When the answer has no JSON form.
    fn encode_response(response: &Self::Response) -> Result<HttpResponse<Bytes>, EncodeError>;
}

impl EndpointInfo {
    /// The facts of `E`.
    #[must_use]
    pub const fn of<E: Endpoint + ?Sized>() -> Self {
        Self {
            name: E::NAME,
            method: E::METHOD,
            path: E::PATH,
            needs: <E::Auth as Requirement>::NEEDS,
            sends_credential: <E::Auth as Requirement>::SENDS_CREDENTIAL,
            idempotent: E::IDEMPOTENT,
            timeout: E::TIMEOUT,
        }
    }
}

/// Something that carries endpoints to a server: what the handles of `#[resource]` call.
///
/// `qelos_client::Client` is one. Implement it for a type of your own to put something in between, or to answer in tests.
///
/// ```
/// use std::future::{Ready, ready};
///
/// use qelos_spec::auth::{SatisfiedBy, SignedIn};
/// use qelos_spec::{Dispatch, Endpoint, ResponseError};
///
/// /// May do everything that anybody who is signed in may do.
/// struct Tester;
///
/// impl SatisfiedBy<Tester> for SignedIn {}
///
/// /// Answers every call with the same text.
/// struct Parrot(&'static str);
///
/// impl Dispatch for Parrot {
///     type Credential = Tester;
///     type Error = ResponseError;
///     type Call<R: Send + 'static> = Ready<Result<R, ResponseError>>;
///
///     fn dispatch<E>(&self, _: &E) -> Self::Call<E::Response>
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
    /// What the caller holds, as a type.
    type Credential;
    /// What can go wrong on the way.
    type Error;
    /// A call on its way to an answer `R`. It owns what it needs.
    type Call<R: Send + 'static>: Future<Output = Result<R, Self::Error>> + Send;

    /// Prepares a call; awaiting it sends the request of `endpoint` and reads the answer.
    ///
    /// # Errors
    ///
    /// The call ends in one when the request cannot be written or sent, or the server refuses.
    ///
    /// # Cancel safety
    ///
    /// Dropping the call abandons it; a request that was sent may still take effect.
    fn dispatch<E>(&self, endpoint: &E) -> Self::Call<E::Response>
    where
        E: Endpoint,
        E::Auth: SatisfiedBy<Self::Credential>;
}
