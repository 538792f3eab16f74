//! Formats of bodies besides JSON.

use std::error::Error;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A format of bodies other than JSON, such as XML or CSV: named with `format = Type`, for a response or for
/// the body of a request.
///
/// ```
/// use std::error::Error;
///
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::serde::{Serialize, de::DeserializeOwned};
/// use qelos_spec::{Endpoint, Format, serde_json};
///
/// /// One JSON value on each line.
/// struct Lines;
///
/// impl Format for Lines {
///     const MEDIA_TYPE: &'static str = "application/x-ndjson";
///
///     fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<dyn Error + Send + Sync>> {
///         let lines = std::str::from_utf8(body)?.trim_end().replace('\n', ",");
///         Ok(serde_json::from_str(&format!("[{lines}]"))?)
///     }
///
///     fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
///         let values = serde_json::to_value(value)?;
///         let lines = values.as_array().ok_or("only a list is written as lines")?.iter();
///         Ok(lines.map(|value| format!("{value}\n")).collect::<String>().into())
///     }
/// }
///
/// /// The numbers of all invoices.
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/invoices/export", response = Vec<u32>, format = Lines, auth = SignedIn)]
/// struct ExportInvoices;
///
/// assert_eq!(ExportInvoices.encode()?.headers()["accept"], "application/x-ndjson");
/// let response = http::Response::builder().header("content-type", Lines::MEDIA_TYPE).body("7\n8\n".into())?;
/// assert_eq!(ExportInvoices::decode(&response)?, [7, 8]);
/// # Ok::<(), Box<dyn Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a format of bodies",
    label = "it does not implement `Format`",
    note = "implement `Format` for a type of yours: its media type, and how a body is read and written"
)]
pub trait Format: 'static {
    /// The media type: sent as `accept` or `content-type`, and compared with the `content-type` of a response.
    const MEDIA_TYPE: &'static str;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the body is not such a value. The text of the error is shown in errors and logs: it must not repeat what
    /// the body holds, which may be a secret. Quoted parts of it are removed.
    fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<dyn Error + Send + Sync>>;

    /// Writes a value.
    ///
    /// # Errors
    ///
    /// When the value has no such form. The text of the error is shown, as that of [`read`](Self::read).
    fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>>;
}

/// A value that can be written in a format.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written in a format",
    label = "it does not implement `serde::Serialize`",
    note = "a format writes what serde can serialize; derive it: `#[derive(serde::Serialize)]`"
)]
pub trait FormatValue: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> FormatValue for T {}
