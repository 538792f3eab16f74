//! Responses as stable text.

use std::fmt;

use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_LENGTH, DATE, HeaderName, HeaderValue, LOCATION, SERVER, TRANSFER_ENCODING, VIA,
};
use http::{Response, StatusCode};

use crate::endpoint::{EncodeResponse, Endpoint};
use crate::request::EncodeError;
use crate::secret::{Collecting, MASK, Secrets};
use crate::snapshot::text::{body_text, header_line};
use crate::typed_response::ToResponse;

/// Headers that the connection decides, the server or the time. They differ from one response to the next.
const OF_THE_CONNECTION: [HeaderName; 7] =
    [CONNECTION, CONTENT_LENGTH, DATE, SERVER, TRANSFER_ENCODING, VIA, HeaderName::from_static("keep-alive")];

/// The text of a response: status, headers in the order of their names, the body pretty-printed.
///
/// Headers that the connection decides are left out: `connection`, `content-length`, `date`, `keep-alive`, `server`,
/// `transfer-encoding` and `via`. The text fits any snapshot library, as a [`RequestSnapshot`](crate::RequestSnapshot)
/// does, and secrets are masked by the same rules. A redirect shows no values of the query of its `location`, because such
/// addresses often hold tokens.
///
/// ```
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::{DecodeRequest, Endpoint, Response, ResponseSnapshot};
///
/// #[derive(Response)]
/// struct Page {
///     #[response(header = "x-total-count")]
///     total: u64,
///     #[response(body)]
///     numbers: Vec<u32>,
/// }
///
/// #[derive(Endpoint, DecodeRequest)]
/// #[endpoint(GET, "/api/numbers", response = Page, auth = SignedIn)]
/// struct ListNumbers {}
///
/// let snapshot = ResponseSnapshot::of::<ListNumbers>(&Page { total: 2, numbers: vec![7] })?;
/// assert_eq!(
///     snapshot.as_str(),
///     "200 OK\ncontent-type: application/json; charset=utf-8\nx-total-count: 2\n\n[\n  7\n]\n"
/// );
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseSnapshot(String);

impl ResponseSnapshot {
    /// The text of what the server of an endpoint writes for a success.
    ///
    /// Values that [`on_the_wire`](crate::secret::on_the_wire) writes are masked, at any depth.
    ///
    /// # Errors
    ///
    /// When a value cannot be written in its place.
    pub fn of<E: EncodeResponse>(response: &E::Response) -> Result<Self, EncodeError> {
        Self::written(|| E::encode_response(response))
    }

    /// The text of what the server of an endpoint writes for a declared refusal, `error = Type`.
    ///
    /// ```
    /// use qelos_spec::auth::SignedIn;
    /// use qelos_spec::{Endpoint, Response, ResponseSnapshot};
    ///
    /// #[derive(Response)]
    /// enum Refused {
    ///     #[response(409)]
    ///     Twice { invoice: u32 },
    /// }
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/invoices", error = Refused, auth = SignedIn)]
    /// struct CreateInvoice {}
    ///
    /// let snapshot = ResponseSnapshot::of_refusal::<CreateInvoice>(&Refused::Twice { invoice: 7 })?;
    /// assert!(snapshot.as_str().starts_with("409 Conflict\n"));
    /// # Ok::<(), qelos_spec::EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a value cannot be written in its place.
    pub fn of_refusal<E: Endpoint>(refusal: &E::Error) -> Result<Self, EncodeError>
    where
        E::Error: ToResponse,
    {
        Self::written(|| refusal.to_response())
    }

    /// The text of a response as it arrived, or as it will be sent.
    ///
    /// A response of the client has the secrets of its request among its extensions, if the server may have repeated them:
    /// they are masked. Of other secrets, only cookies and headers marked as sensitive are known. Read the response as its
    /// type, and take [`of`](Self::of).
    ///
    /// ```
    /// use qelos_spec::ResponseSnapshot;
    ///
    /// let response = http::Response::builder().status(404).header("set-cookie", "id=7").body("gone".into())?;
    /// assert_eq!(ResponseSnapshot::of_http(&response).as_str(), "404 Not Found\nset-cookie: ***\n\ngone\n");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn of_http(response: &Response<Bytes>) -> Self {
        Self::masking(response, response.extensions().get().unwrap_or(&Secrets::default()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn written(write: impl FnOnce() -> Result<Response<Bytes>, EncodeError>) -> Result<Self, EncodeError> {
        let encoding = Collecting::start();
        let response = write()?;
        let mut secrets = Secrets::default();
        secrets.known().values = encoding.finish();
        Ok(Self::masking(&response, &secrets))
    }

    fn masking(response: &Response<Bytes>, secrets: &Secrets) -> Self {
        let (status, headers, body) = (response.status(), response.headers(), response.body());
        let mut text = match status.canonical_reason() {
            Some(reason) => format!("{} {reason}\n", status.as_str()),
            None => format!("{}\n", status.as_str()),
        };
        let shown = headers.iter().filter(|(name, _)| !OF_THE_CONNECTION.contains(name));
        let mut lines: Vec<_> = shown.map(|(name, value)| line(status, name, value, secrets)).collect();
        lines.sort();
        text.extend(lines);
        if !body.is_empty() {
            text.extend(["\n", &body_text(headers, body, secrets), "\n"]);
        }
        Self(text)
    }
}

fn line(status: StatusCode, name: &HeaderName, value: &HeaderValue, secrets: &Secrets) -> String {
    let bare =
        (*name == LOCATION && status.is_redirection()).then(|| value.to_str().ok().map(without_values)).flatten();
    let bare = bare.and_then(|bare| HeaderValue::try_from(bare).ok());
    header_line(name.as_str(), bare.as_ref().unwrap_or(value), secrets)
}

/// An address whose parameters have their names only.
fn without_values(address: &str) -> String {
    let (address, fragment) = match address.split_once('#') {
        Some((address, _)) => (address, format!("#{MASK}")),
        None => (address, String::new()),
    };
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() + &fragment };
    let masked = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) => format!("{name}={MASK}"),
        None if pair.is_empty() => String::new(),
        None => MASK.to_owned(),
    });
    format!("{path}?{}{fragment}", masked.collect::<Vec<_>>().join("&"))
}

impl fmt::Display for ResponseSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The same text as `Display`, so that a failed `assert_eq!` can be read.
impl fmt::Debug for ResponseSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;
    use crate::auth::SignedIn;
    use crate::secret::{SecretString, on_the_wire};
    use crate::{DecodeRequest, Endpoint};

    #[derive(Serialize, serde::Deserialize)]
    struct Key {
        #[serde(serialize_with = "on_the_wire")]
        text: SecretString,
        hint: String,
    }

    #[derive(crate::Response)]
    struct Created {
        #[response(header = "x-hint")]
        hint: String,
        keys: Vec<Key>,
    }

    #[derive(crate::Response)]
    enum Refused {
        #[response(409)]
        Taken { key: Key },
    }

    #[derive(Endpoint, DecodeRequest)]
    #[endpoint(POST, "/api/keys", response = Created, error = Refused, auth = SignedIn)]
    struct CreateKey {}

    fn key() -> Key {
        Key { text: "hunter2".into(), hint: "not hunter2".to_owned() }
    }

    fn shown(builder: http::response::Builder, body: &'static str) -> String {
        ResponseSnapshot::of_http(&builder.body(body.into()).unwrap()).to_string()
    }

    #[test]
    fn what_a_server_writes_is_shown_without_its_secrets() {
        let created = Created { hint: "begins with hunter2".to_owned(), keys: vec![key()] };
        let json = r#"{
  "keys": [
    {
      "hint": "not ***",
      "text": "***"
    }
  ]
}
"#;
        assert_eq!(
            ResponseSnapshot::of::<CreateKey>(&created).unwrap().as_str(),
            format!("200 OK\ncontent-type: application/json; charset=utf-8\nx-hint: begins with ***\n\n{json}")
        );
        let refusal = ResponseSnapshot::of_refusal::<CreateKey>(&Refused::Taken { key: key() }).unwrap();
        assert!(refusal.as_str().starts_with("409 Conflict\n") && !refusal.as_str().contains("hunter2"), "{refusal}");
        assert!(refusal.as_str().contains(r#""text": "***""#), "{refusal}");
    }

    #[test]
    fn a_value_that_cannot_be_written_is_an_error_and_leaves_nothing_behind() {
        let bad = Created { hint: "line\nbreak".to_owned(), keys: vec![key()] };
        assert!(ResponseSnapshot::of::<CreateKey>(&bad).is_err());
        assert!(Collecting::start().finish().is_empty());
    }

    #[test]
    fn headers_of_the_connection_are_left_out_and_the_others_are_sorted() {
        let mut builder = Response::builder().status(299);
        for name in OF_THE_CONNECTION {
            builder = builder.header(name, "1");
        }
        let builder =
            builder.header("x-b", "2").header("etag", "\"7\"").header("x-b", "1").header("set-cookie", "id=7");
        assert_eq!(shown(builder, ""), "299\netag: \"7\"\nset-cookie: ***\nx-b: 1\nx-b: 2\n");
        assert_eq!(
            shown(Response::builder().status(200), "{\"b\":1,\"a\":2}"),
            "200 OK\n\n{\n  \"a\": 2,\n  \"b\": 1\n}\n"
        );
    }

    #[test]
    fn a_failed_assertion_about_a_snapshot_shows_its_text() {
        let snapshot = ResponseSnapshot::of_http(&Response::new("gone".into()));
        assert_eq!(format!("{snapshot:?}"), "200 OK\n\ngone\n");
    }

    #[test]
    fn the_secrets_of_the_request_are_masked_where_the_server_repeats_them() {
        let mut secrets = Secrets::default();
        secrets.known().values.push("hunter2".into());
        let mut response = Response::new(Bytes::from("no such password: hunter2"));
        response.extensions_mut().insert(secrets);
        assert_eq!(ResponseSnapshot::of_http(&response).as_str(), "200 OK\n\nno such password: ***\n");
    }

    #[test]
    fn a_redirect_shows_no_values_of_its_address() {
        let to = |status: u16, address: &str| shown(Response::builder().status(status).header("location", address), "");
        let found = "302 Found\nlocation: ";
        assert_eq!(to(302, "/a/7?code=s3cret&state&x#rt=s3cret"), format!("{found}/a/7?code=***&***&***#***\n"));
        assert_eq!(to(302, "/a/7"), format!("{found}/a/7\n"));
        assert_eq!(to(302, "/a/7?"), format!("{found}/a/7?\n"));
        assert_eq!(to(302, "/a/7?x=1&&y"), format!("{found}/a/7?x=***&&***\n"));
        assert_eq!(to(201, "/a/7?version=2"), "201 Created\nlocation: /a/7?version=2\n");
    }
}
