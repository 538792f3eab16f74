//! Collects errors, so that a user sees every mistake at once and not one for each compile.

use std::cell::RefCell;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;

/// The errors found so far. It has to be finished: dropping it with errors unread is a bug in the macro.
#[derive(Default)]
pub(crate) struct Errors {
    errors: RefCell<Vec<syn::Error>>,
}

impl Errors {
    /// Reports a mistake at the code that makes it.
    pub(crate) fn error(&self, at: impl At, message: impl Into<String>) {
        self.push(at.error(message.into()));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        self.errors.borrow_mut().push(error);
    }

    pub(crate) fn failed(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// How many errors there are, to see whether one part of the input added any.
    pub(crate) fn count(&self) -> usize {
        self.errors.borrow().len()
    }

    /// The errors as `compile_error!` invocations, in the order of the source as far as it is known.
    pub(crate) fn finish(self) -> TokenStream {
        self.errors.take().iter().map(syn::Error::to_compile_error).collect()
    }

    /// For macros whose twin reports the same errors.
    pub(crate) fn discard(self) {
        self.errors.take();
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.errors.get_mut().is_empty(), "errors were collected and never reported");
        }
    }
}

/// Where an error can be reported: a span, or any piece of syntax.
pub(crate) trait At {
    fn error(self, message: String) -> syn::Error;
}

impl At for Span {
    fn error(self, message: String) -> syn::Error {
        syn::Error::new(self, message)
    }
}

impl<T: ToTokens + Spanned> At for &T {
    fn error(self, message: String) -> syn::Error {
        syn::Error::new_spanned(self, message)
    }
}
