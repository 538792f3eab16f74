//! Paths of endpoints.

use proc_macro2::Span;

/// A path with placeholders.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// In the order of the path.
    pub(crate) placeholders: Vec<String>,
    /// Reported already: what is missing from it proves nothing.
    pub(crate) broken: bool,
}

impl Template {
    pub(crate) fn unknown(span: Span) -> Self {
        Self { text: "/".to_owned(), span, placeholders: Vec::new(), broken: true }
    }

    /// The prefix of a resource and the rest of one of its methods.
    pub(crate) fn append(&self, rest: Option<&Self>) -> Self {
        let mut whole = self.clone();
        if let Some(rest) = rest {
            // The path of the resource, whichever way it ends.
            if rest.text != "/" {
                whole.text = format!("{}{}", self.text.strip_suffix('/').unwrap_or(&self.text), rest.text);
            }
            whole.placeholders.extend(rest.placeholders.iter().cloned());
            whole.span = rest.span;
            whole.broken |= rest.broken;
        }
        whole
    }
}
