//! `#[resource] fn issues(&self) -> impl Issues`: a resource within a resource.

use syn::{Attribute, FnArg, GenericArgument, Meta, Path, PathArguments, ReturnType, Signature, Type, TypeParamBound};

use crate::draft::Calls;
use crate::errors::{Errors, Reported};
use crate::parse::field;
use crate::tokens::plain;

const USAGE: &str = "a method marked `#[resource]` leads to another resource: write `-> impl Issues`, with its trait";
const ALONE: &str = "name the trait alone: its error, `Send` and `Sync` are added";

/// Reads the attribute, and the trait that the method returns.
pub(super) fn calls(attr: &Attribute, sig: &Signature, errors: &Errors) -> Result<Calls, Reported> {
    if !matches!(attr.meta, Meta::Path(_)) {
        errors.error(&attr.meta, "this takes nothing here: the words stand on the trait of the resource");
    }
    path(sig, errors).map(|path| Calls::Nested(Box::new(path)))
}

// #[resource] fn issues(&self) -> Issues;
fn path(sig: &Signature, errors: &Errors) -> Result<Path, Reported> {
    let ReturnType::Type(_, ty) = &sig.output else { return Err(errors.error(&sig.ident, USAGE)) };
    let Type::ImplTrait(of) = plain(ty) else { return Err(errors.error(ty, USAGE)) };
    let mut bounds = of.bounds.iter();
    match (bounds.next(), bounds.next()) {
        (Some(TypeParamBound::Trait(bound)), None) if bound.lifetimes.is_none() => {
            refuse_bindings(&bound.path, errors).map(|()| bound.path.clone())
        }
        (Some(_), Some(more)) => Err(errors.error(more, ALONE)),
        _ => Err(errors.error(ty, USAGE)),
    }
}

// #[resource] fn issues(&self) -> impl Issues<Error = Self::Error>;
fn refuse_bindings(path: &Path, errors: &Errors) -> Result<(), Reported> {
    let Some(PathArguments::AngleBracketed(args)) = path.segments.last().map(|last| &last.arguments) else {
        return Ok(());
    };
    match args.args.iter().find(|arg| matches!(arg, GenericArgument::AssocType(_))) {
        Some(binding) => Err(errors.error(binding, ALONE)),
        None => Ok(()),
    }
}

// #[resource] async fn issue(&self, #[endpoint(query)] number: u64) -> impl Issue;
pub(super) fn refuse_signature(sig: &Signature, errors: &Errors) {
    if let Some(word) = &sig.asyncness {
        errors.error(word, "a method that leads to another resource calls nothing: take `async` off");
    }
    let typed = sig.inputs.iter().filter_map(|arg| if let FnArg::Typed(arg) = arg { Some(arg) } else { None });
    for attr in typed.flat_map(|arg| &arg.attrs).filter(|attr| field::is_ours(attr)) {
        errors.error(attr, "the value goes into the path of the other resource: its words stand there, in `places(…)`");
    }
}
