//! The error of one field of a request.

/// The error of one field of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The field, by its name on the wire. The name of a nested field has dots: `body.lines.0.price`.
    pub field: String,
    /// A code such as `INVALID_EMAIL`.
    pub code: Option<String>,
    /// A sentence, or several.
    pub message: Option<String>,
}
