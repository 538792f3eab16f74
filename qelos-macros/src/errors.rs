//! Collects errors, so that a user sees every mistake at once and not one for each compile. The messages are in the files
//! that find the mistakes: `parse/`, `model/` and `check.rs`.

use std::cell::RefCell;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;

/// The proof that a mistake was reported. Only [`Errors`] makes it, so an `Err(Reported)` has its message already.
#[derive(Clone, Copy)]
pub(crate) struct Reported(());

/// The errors found so far. It has to be finished: dropping it with errors unread is a bug in the macro.
#[derive(Default)]
pub(crate) struct Errors {
    found: RefCell<Vec<syn::Error>>,
}

impl Errors {
    /// Reports a mistake at the code that makes it.
    pub(crate) fn error(&self, at: impl At, message: impl Into<String>) -> Reported {
        self.push(at.error(message.into()))
    }

    pub(crate) fn push(&self, error: syn::Error) -> Reported {
        self.found.borrow_mut().push(error);
        Reported(())
    }

    /// Runs one part of the work, and says whether it reported anything.
    pub(crate) fn part<T>(&self, run: impl FnOnce(&Self) -> T) -> (T, Result<(), Reported>) {
        let own = Self::default();
        let value = run(&own);
        let found = own.found.take();
        let outcome = if found.is_empty() { Ok(()) } else { Err(Reported(())) };
        self.found.borrow_mut().extend(found);
        (value, outcome)
    }

    /// The errors as `compile_error!` invocations, in the order in which they were reported.
    pub(crate) fn finish(self) -> TokenStream {
        self.found.take().iter().map(syn::Error::to_compile_error).collect()
    }

    /// For macros whose twin reports the same errors.
    pub(crate) fn discard(self) {
        self.found.take();
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.found.get_mut().is_empty(), "errors were collected and never reported");
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
