//! What a server says of one field of a request.

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The field, by its name on the wire; that of a field in another one has dots: `body.lines.0.price`.
    pub field: String,
    /// A code such as `INVALID_EMAIL`.
    pub code: Option<String>,
    /// A sentence, or several.
    pub message: Option<String>,
}
