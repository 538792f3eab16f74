//! The rule of media types, of requests and of responses.

use syn::LitStr;

use crate::errors::Errors;

// raw = "a picture"
pub(super) fn is_one(written: &LitStr, errors: &Errors) {
    let text = written.value();
    let fits = text.split_once('/').is_some_and(|(kind, sub)| !kind.is_empty() && !sub.is_empty())
        && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !fits {
        errors.error(written, format!("\"{text}\" is not a content type, such as \"application/pdf\""));
    }
}
