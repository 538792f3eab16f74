//! Paths of endpoints.

use proc_macro2::Span;

use crate::errors::Reported;

/// A path with placeholders.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) text: Result<String, Reported>,
    pub(crate) span: Span,
    /// In the order of the path. If the text has a mistake, these are the placeholders that could be read.
    pub(crate) placeholders: Vec<String>,
    /// The constant parameters behind the path, as they are sent.
    pub(crate) query: Option<String>,
}

impl Template {
    pub(crate) fn unknown(span: Span, reported: Reported) -> Self {
        Self { text: Err(reported), span, placeholders: Vec::new(), query: None }
    }

    /// The names of the constant parameters.
    pub(crate) fn constant_names(&self) -> impl Iterator<Item = &str> {
        names_in(self.query.as_deref())
    }

    /// The prefix of a resource and the rest of one of its methods.
    pub(crate) fn append(&self, rest: &Self) -> Self {
        let text = match (&self.text, &rest.text) {
            // The path of the resource, whichever way it ends.
            (Ok(prefix), Ok(rest)) if rest == "/" => Ok(prefix.clone()),
            (Ok(prefix), Ok(rest)) => Ok(format!("{}{rest}", prefix.strip_suffix('/').unwrap_or(prefix))),
            (Err(reported), _) | (_, Err(reported)) => Err(*reported),
        };
        let placeholders = [&self.placeholders[..], &rest.placeholders[..]].concat();
        Self { text, span: rest.span, placeholders, query: rest.query.clone() }
    }
}

/// The names of the parameters of a query.
pub(crate) fn names_in(query: Option<&str>) -> impl Iterator<Item = &str> {
    let pairs = query.into_iter().flat_map(|query| query.split('&'));
    pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
}
