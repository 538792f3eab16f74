//! Files, as fields of a form.

use http::HeaderValue;

use super::BYTES;
use crate::body::Upload;

/// A file in a form: its name, its media type and its content.
///
/// It is the type of a field marked `#[endpoint(part)]`. Content without a file name is an [`Upload`].
///
/// The name of a file that was received is what the sender wrote, such as `../../etc/passwd`: do not use it as a path.
///
/// ```
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::http::HeaderValue;
/// use qelos_spec::multipart::File;
/// use qelos_spec::{Endpoint, RequestSnapshot};
///
/// #[derive(Endpoint)]
/// #[endpoint(POST, "/api/invoices/{id}/scans", auth = SignedIn)]
/// struct AddScan {
///     id: u32,
///     #[endpoint(part)]
///     title: String,
///     #[endpoint(part)]
///     scan: File,
/// }
///
/// let scan = File::new("scan.pdf", "%PDF-1.7").of_type(HeaderValue::from_static("application/pdf"));
/// assert_eq!(
///     RequestSnapshot::of(&AddScan { id: 7, title: "Invoice".to_owned(), scan })?.as_str(),
///     r#"POST /api/invoices/7/scans
/// accept: application/json
/// content-type: multipart/form-data
///
/// title = Invoice
/// scan ("scan.pdf", application/pdf) = <8 bytes>
/// "#
/// );
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    name: String,
    media_type: HeaderValue,
    content: Upload,
}

impl File {
    /// A file of type `application/octet-stream`. Servers take the name for a hint, and some for a path: give them no
    /// directories.
    pub fn new(name: impl Into<String>, content: impl Into<Upload>) -> Self {
        Self { name: name.into(), media_type: HeaderValue::from_static(BYTES), content: content.into() }
    }

    /// Replaces the media type.
    #[must_use]
    pub fn of_type(self, media_type: HeaderValue) -> Self {
        Self { media_type, ..self }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The media type.
    #[must_use]
    pub fn media_type(&self) -> &HeaderValue {
        &self.media_type
    }

    /// The content.
    #[must_use]
    pub fn content(&self) -> &Upload {
        &self.content
    }
}
