//! Reads responses, for the code that `#[derive(Response)]` generates.
//!
//! A method that reads a value fails when the value is missing, repeated or malformed, or when a function of the user
//! that reads it fails.
#![allow(clippy::missing_errors_doc, reason = "the documentation of the file says it for all methods")]

use std::borrow::Cow;
use std::cell::Cell;

use bytes::Bytes;
use http::{HeaderMap, Response as HttpResponse, StatusCode};

use crate::api_error::ApiError;
use crate::endpoint_info::EndpointInfo;
use crate::flat;
use crate::json::{self, JsonField};
use crate::response::{
    Content, DecodeBody, DecodeError, InFormat, ResponseError, Unfit, read_json, way_out, without_values,
};
use crate::text::{FromTexts, ValueError};
use crate::typed_response::{not_declared, succeeds, undeclared};
use crate::value::{FromHeaderText, FromWire, RawBody, StatusValue};

/// A type whose fields are parts of a response. `#[derive(Response)]` implements it.
pub trait ReadParts: Sized + 'static {
    /// Reads the variant that the status belongs to; `None` when there is none.
    fn read(reader: &mut ResponseReader<'_>) -> Result<Option<Self>, Unfit>;

    /// Reads the variant of all other statuses; `None` when there is none.
    fn read_rest(_: &mut ResponseReader<'_>) -> Result<Option<Self>, Unfit> {
        Ok(None)
    }
}

/// Reads a successful response. A declared refusal that does not fit is an [`ApiError`] with its text.
pub fn decode_parts<T: ReadParts>(
    endpoint: &'static EndpointInfo,
    response: &HttpResponse<Bytes>,
) -> Result<T, ResponseError> {
    succeeds(endpoint, response)?;
    match T::read(&mut ResponseReader::of_response(response)) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(undeclared(endpoint, response)),
        Err(_) if response.status().is_client_error() || response.status().is_server_error() => {
            Err(ResponseError::refused(endpoint, response))
        }
        Err(unfit) => Err(not_declared(endpoint, response, unfit)),
    }
}

/// Reads a refusal; `None` when its status is not declared. A declared one that does not fit is read as one of all
/// other statuses, if these are declared.
#[must_use]
pub fn refusal_of_parts<T: ReadParts>(
    endpoint: &'static EndpointInfo,
    refusal: &ApiError,
) -> Option<Result<T, DecodeError>> {
    let reader = || ResponseReader::of_refusal(refusal);
    let read = match T::read(&mut reader()) {
        Ok(None) => T::read_rest(&mut reader()),
        Err(unfit) => match T::read_rest(&mut reader()) {
            Ok(Some(rest)) => Ok(Some(rest)),
            _ => Err(unfit),
        },
        read => read,
    };
    Some(read.transpose()?.map_err(|unfit| DecodeError::of(endpoint.name, refusal.status(), unfit)))
}

/// Takes a response apart: one call for each field of the type.
#[derive(Debug)]
pub struct ResponseReader<'r> {
    status: StatusCode,
    headers: &'r HeaderMap,
    source: Source<'r>,
    /// The fields of the JSON object that were not read yet.
    json: Vec<(Cow<'r, str>, &'r str)>,
}

#[derive(Debug, Clone, Copy)]
enum Source<'r> {
    Response(&'r HttpResponse<Bytes>),
    Refusal(&'r ApiError),
}

impl<'r> ResponseReader<'r> {
    fn of_response(response: &'r HttpResponse<Bytes>) -> Self {
        let source = Source::Response(response);
        Self { status: response.status(), headers: response.headers(), source, json: Vec::new() }
    }

    fn of_refusal(refusal: &'r ApiError) -> Self {
        let source = Source::Refusal(refusal);
        Self { status: refusal.status(), headers: refusal.headers(), source, json: Vec::new() }
    }

    /// The status, to choose a variant.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.status.as_u16()
    }

    /// The status as a value.
    #[must_use]
    pub fn status<V: StatusValue>(&self) -> V {
        V::from_status(self.status)
    }

    /// A header.
    pub fn header<V: FromHeaderText>(&self, name: &'static str) -> Result<V, Unfit> {
        self.header_with(name, |texts| V::deserialize(texts))
    }

    /// A header that a function reads.
    pub fn header_with<V>(
        &self,
        name: &'static str,
        read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
    ) -> Result<V, Unfit> {
        let values = self.headers.get_all(name).iter();
        let texts: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        read(FromTexts(&texts))
            .map_err(|reason| Unfit::Other(format!("the header `{name}`: {}", without_values(&reason.0))))
    }

    /// The whole body as JSON; an empty one reads as `null`.
    pub fn body<V: DecodeBody>(&self) -> Result<V, Unfit> {
        let content = self.content()?;
        read_json(content.body).map_err(|misfit| misfit.why(&content))
    }

    /// The whole body as it is, of a media type if one is declared.
    pub fn raw<V: RawBody>(&self, declared: Option<&'static str>) -> Result<V, Unfit> {
        read_raw(&self.content()?, self.bytes()?, declared)
    }

    /// The whole body in a format of the user.
    pub fn format<V>(&self, format: &InFormat<V>) -> Result<V, Unfit> {
        read_format(&self.content()?, format)
    }

    /// The refusal itself.
    pub fn api_error(&self) -> Result<ApiError, Unfit> {
        Ok(match self.source {
            Source::Response(response) => ApiError::read(response),
            Source::Refusal(refusal) => refusal.clone(),
        })
    }

    /// A body that says nothing. A page for a browser is no such body, unless the response is a redirect.
    pub fn nothing(&self) -> Result<(), Unfit> {
        let is_page = !self.status.is_redirection() && self.content().is_ok_and(|content| content.is_page());
        if is_page { Err(Unfit::Page) } else { Ok(()) }
    }

    /// Reads the body as a JSON object; its fields follow.
    pub fn open_json(&mut self) -> Result<(), Unfit> {
        let content = self.content()?;
        // The error of the same body as a value of any type says what is wrong with it.
        let refused = |error: &ValueError| match read_json::<serde::de::IgnoredAny>(content.body) {
            Err(misfit) => misfit.why(&content),
            Ok(_) if content.is_blank() => Unfit::Empty,
            Ok(_) => Unfit::Other(without_values(&error.0)),
        };
        let text = json::whole(content.body).map_err(|error| refused(&error))?;
        self.json = json::object(text.unwrap_or_default()).map_err(|error| refused(&error))?;
        Ok(())
    }

    /// A field of the JSON object; if it is absent, the `default` that is given.
    pub fn json_field<V: DecodeBody + FromWire>(
        &mut self,
        name: &'static str,
        default: Option<fn() -> V>,
    ) -> Result<V, Unfit> {
        match (self.take(name)?, default) {
            (None, Some(default)) => Ok(default()),
            (Some(text), _) if text != "null" => {
                let misfit = |misfit: crate::response::Misfit| misfit.inside(name);
                V::from_json(text.as_bytes()).map_err(|error| misfit(error).why(&Content::of_body(text.as_bytes())))
            }
            (text, _) => json::present(text, |json| V::deserialize(json)).map_err(|error| in_field(name, &error)),
        }
    }

    /// A field of the JSON object that a function reads.
    pub fn json_field_with<V>(
        &mut self,
        name: &'static str,
        default: Option<fn() -> V>,
        read: impl for<'j> Fn(JsonField<'j>) -> Result<V, ValueError>,
    ) -> Result<V, Unfit> {
        match (self.take(name)?, default) {
            (None, Some(default)) => Ok(default()),
            (text, _) => json::present(text, read).map_err(|error| in_field(name, &error)),
        }
    }

    /// A value made of the fields of the JSON object that were not read yet.
    pub fn json_flattened<V: FromWire>(&mut self, name: &'static str) -> Result<V, Unfit> {
        let refused = vec![Cell::new(false); self.json.len()];
        let fields = self.json.iter().zip(&refused);
        let fields: Vec<_> = fields.map(|((name, text), null)| (name.as_ref(), JsonField::of(text, null))).collect();
        let read = flat::read(&fields, || refused.iter().filter(|refused| refused.get()).count());
        let (value, known) = read.map_err(|error| in_field(name, &error))?;
        self.json.retain(|(name, _)| !known.contains(&name.as_ref()));
        Ok(value)
    }

    fn take(&mut self, name: &'static str) -> Result<Option<&'r str>, Unfit> {
        let find = |json: &[(Cow<'_, str>, &str)]| json.iter().position(|(field, _)| field == name);
        let Some(at) = find(&self.json) else { return Ok(None) };
        let text = self.json.remove(at).1;
        match find(&self.json) {
            Some(_) => Err(in_field(name, &ValueError("it is given more than once".to_owned()))),
            None => Ok(Some(text)),
        }
    }

    fn bytes(&self) -> Result<&'r Bytes, Unfit> {
        match self.source {
            Source::Response(response) => Ok(response.body()),
            Source::Refusal(refusal) => refusal.kept_body().ok_or_else(Unfit::not_kept),
        }
    }

    fn content(&self) -> Result<Content<'r>, Unfit> {
        Ok(Content::of_parts(self.headers, self.bytes()?))
    }
}

fn in_field(name: &str, error: &ValueError) -> Unfit {
    Unfit::Other(format!("`{name}`: {}", without_values(&error.0)))
}

/// A body as it is. A page for a browser is refused, unless the endpoint declares one.
pub(crate) fn read_raw<V: RawBody>(
    content: &Content<'_>,
    body: &Bytes,
    declared: Option<&'static str>,
) -> Result<V, Unfit> {
    if let Some(declared) = declared {
        is_of_type(content, declared, |found| way_out("raw", found).map(|word| format!("{word} takes it as it is")))?;
    }
    let may_be_page = declared.is_some_and(|declared| declared.contains("html") || declared.starts_with("*/"));
    if content.is_page() && !may_be_page {
        return Err(Unfit::Page);
    }
    let unreadable = |reason: &str| content.why_unreadable().unwrap_or_else(|| without_values(reason));
    V::from_bytes(body).map_err(|reason| Unfit::Unreadable(unreadable(&reason)))
}

/// A body in a format of the user.
pub(crate) fn read_format<V>(content: &Content<'_>, format: &InFormat<V>) -> Result<V, Unfit> {
    let other = "name a `format` of that type, or leave the word out for JSON";
    is_of_type(content, format.media_type, |_| Some(other.to_owned()))?;
    (format.read)(content.body).map_err(|reason| Unfit::Other(without_values(&reason)))
}

/// Fails when the response says that its body is of another type than the declared one.
fn is_of_type(
    content: &Content<'_>,
    declared: &str,
    way_out: impl FnOnce(&str) -> Option<String>,
) -> Result<(), Unfit> {
    let Some(found) = content.other_type_than(declared) else { return Ok(()) };
    if content.is_page() {
        return Err(Unfit::Page);
    }
    let types = format!("its type is {found}, and `{declared}` is declared");
    Err(Unfit::Other(way_out(&found).map_or(types.clone(), |word| format!("{types}: {word}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Endpoint;
    use crate::auth::SignedIn;

    #[derive(Debug, PartialEq, crate::Response)]
    struct Invoice {
        /// `Some(None)`: it was cleared.
        #[allow(clippy::option_option, reason = "the inner one is `null`")]
        due: Option<Option<u8>>,
        note: Option<String>,
    }

    #[derive(Endpoint)]
    #[endpoint(GET, "/api/invoice", response = Invoice, auth = SignedIn)]
    struct GetInvoice {}

    #[test]
    fn null_is_some_where_the_type_can_hold_it_and_else_none() {
        let read = |body: &'static str| GetInvoice::decode(&HttpResponse::new(body.into())).unwrap();
        assert_eq!(read(r#"{"due":null,"note":null}"#), Invoice { due: Some(None), note: None });
        assert_eq!(read(r#"{"due":7,"note":"a"}"#), Invoice { due: Some(Some(7)), note: Some("a".to_owned()) });
        assert_eq!(read("{}"), Invoice { due: None, note: None });
    }
}
