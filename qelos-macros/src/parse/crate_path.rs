//! `crate = ::path`: the path of this toolkit's crate, where a program has it under another name.

use proc_macro2::Ident;
use syn::Path;
use syn::parse::ParseStream;

use crate::draft::Setting;
use crate::errors::{Errors, Reported};
use crate::parse::attr;

// #[endpoint(GET, "/x", crate = super::qelos)]
pub(super) fn read(setting: &mut Setting<Path>, key: &Ident, input: ParseStream, errors: &Errors) {
    let mut path: Result<Path, Reported> = attr::value(key, input, "crate = ::path::to::qelos_client", errors);
    if let Ok(path) = &mut path {
        refuse_arguments(path, errors);
        refuse_relative(path, errors);
    }
    attr::set(setting, "`crate`", key.span(), path, errors);
}

// #[endpoint(GET, "/x", crate = ::qelos<T>)]
fn refuse_arguments(path: &mut Path, errors: &Errors) {
    for segment in &mut path.segments {
        // Generated code appends names to the path, so the arguments that were reported are taken off.
        let arguments = std::mem::take(&mut segment.arguments);
        if !arguments.is_none() {
            errors.error(&arguments, "`crate` takes the path of a crate, which has no arguments: take these off");
        }
    }
}

// #[endpoint(GET, "/x", crate = qelos)]
fn refuse_relative(path: &Path, errors: &Errors) {
    if path.leading_colon.is_none() && path.segments.first().is_none_or(|first| first.ident != "crate") {
        let shown = attr::shown(path);
        let help = "so that it means the same wherever the macro is used";
        errors.error(path, format!("`crate` takes an absolute path, {help}: write `::{shown}` or `crate::…`"));
    }
}
