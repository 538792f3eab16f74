//! Responses that are streams, for the code that `#[derive(Endpoint)]` generates.

use bytes::Bytes;
use http::{Response as HttpResponse, StatusCode};
use serde::de::DeserializeOwned;

use crate::body::Body;
use crate::endpoint::Endpoint;
use crate::endpoint_info::EndpointInfo;
use crate::response::{Content, DecodeError, ResponseError, Unfit};
use crate::stream::download::Download;
use crate::stream::event::FromEvent;
use crate::stream::events::Events;
use crate::stream::lines::Lines;
use crate::stream::resume::{Reopen, are_events};
use crate::stream::rules::StreamRules;
use crate::typed_response::succeeds;

/// A type that a response is read as while it arrives.
///
/// An endpoint returns it with `response = Events<T>`, and likewise for [`Lines`] and [`Download`]. Where the type has
/// another name, the word `stream` stands beside it.
#[diagnostic::on_unimplemented(
    message = "a response cannot arrive as `{Self}`",
    label = "not a stream",
    note = "`Events<T>`, `Lines<T>` and `Download` are streams; a type of yours implements `StreamResponse`, or takes the word `json` if it only has the name of one"
)]
pub trait StreamResponse: Sized + 'static {
    /// The media types for the header `accept`.
    const ACCEPT: &'static [&'static str];

    /// The stream of a body of this media type, in lower case, if the response has one. The reason why it cannot be read is a clause
    /// about the response: ``its type is `text/html` ``.
    ///
    /// # Errors
    ///
    /// When the body is of another type.
    fn open(media_type: Option<&str>, body: Body, rules: StreamRules) -> Result<Self, String>;

    /// The stream, which goes on in another response when it breaks off. It is called where the rules say
    /// [`resumable`](StreamRules::resumable). Default: the stream is not resumed.
    #[must_use]
    fn resumed_by(self, reopen: Reopen) -> Self {
        let _ = reopen;
        self
    }
}

impl<T: FromEvent + 'static> StreamResponse for Events<T> {
    const ACCEPT: &'static [&'static str] = &["text/event-stream"];

    fn open(media_type: Option<&str>, body: Body, rules: StreamRules) -> Result<Self, String> {
        are_events(media_type).map(|()| Self::new(body, rules))
    }

    fn resumed_by(self, reopen: Reopen) -> Self {
        Self::resumed_by(self, reopen)
    }
}

/// Servers send lines of JSON with many media types, `application/json` among them. Only those of other streams and of
/// pages are refused.
impl<T: DeserializeOwned + 'static> StreamResponse for Lines<T> {
    const ACCEPT: &'static [&'static str] = &["application/x-ndjson", "application/jsonl", "application/json"];

    fn open(media_type: Option<&str>, body: Body, rules: StreamRules) -> Result<Self, String> {
        match media_type {
            Some("text/event-stream") => {
                Err("it has events, and not lines of JSON: its type is `Events<…>`".to_owned())
            }
            Some("text/html") => Err("its type is `text/html`, and not lines of JSON".to_owned()),
            _ => Ok(Self::new(body, rules)),
        }
    }
}

impl StreamResponse for Download {
    const ACCEPT: &'static [&'static str] = &["*/*"];

    fn open(_: Option<&str>, body: Body, _: StreamRules) -> Result<Self, String> {
        Ok(body.into())
    }
}

/// What generated code takes from the type of a stream. It names the type here only, so that the compiler reports a type
/// that is no stream once.
#[derive(Debug)]
pub struct Arriving<T> {
    /// [`StreamResponse::ACCEPT`].
    pub accept: &'static [&'static str],
    /// [`StreamResponse::open`].
    open: fn(Option<&str>, Body, StreamRules) -> Result<T, String>,
    /// [`StreamResponse::resumed_by`].
    resumed_by: fn(T, Reopen) -> T,
}

/// The facts of the type of a stream, and the function that opens it.
#[must_use]
pub const fn arriving<T: StreamResponse>() -> Arriving<T> {
    Arriving { accept: T::ACCEPT, open: T::open, resumed_by: T::resumed_by }
}

impl<T> Arriving<T> {
    /// Opens the stream of a successful response.
    ///
    /// # Errors
    ///
    /// When the body is of another type.
    pub fn open<E: Endpoint + ?Sized>(
        &self,
        rules: StreamRules,
        response: HttpResponse<Body>,
    ) -> Result<T, ResponseError> {
        let (mut head, body) = response.into_parts();
        let media_type = Content::of_parts(&head.headers, &[]).media_type();
        let stream = (self.open)(media_type.as_deref(), body, rules).map_err(|why| {
            ResponseError::Decode(DecodeError::of(EndpointInfo::of::<E>().name, head.status, Unfit::Other(why)))
        })?;
        // A server that has no events does not want to be asked again.
        let may_go_on = rules.is_resumable() && head.status != StatusCode::NO_CONTENT;
        let reopen = head.extensions.remove().filter(|_| may_go_on);
        Ok(reopen.into_iter().fold(stream, self.resumed_by))
    }

    /// Reads a response that has arrived already, as doubles have it.
    ///
    /// # Errors
    ///
    /// When the server has refused, or the body is of another type.
    pub fn decode<E: Endpoint + ?Sized>(
        &self,
        rules: StreamRules,
        response: &HttpResponse<Bytes>,
    ) -> Result<T, ResponseError> {
        succeeds(EndpointInfo::of::<E>(), response)?;
        self.open::<E>(rules, response.clone().map(Body::from))
    }
}
