//! Several endpoints under one name.

use std::collections::HashMap;

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Path, PathArguments, Token, Type, TypePath, Visibility};

use crate::draft::{
    ArgDraft, BodyKey, Borrow, Calls, EndpointDraft, FieldDraft, Given, HeaderDraft, OperationDraft, ResourceDraft,
    Settings, StructHead,
};
use crate::errors::{Errors, Reported};
use crate::model::{Endpoint, places};
use crate::tokens::{self, at_span, said_by_us, seen_by_us};
use crate::words::Verb;

/// A resource: a trait whose methods are endpoints.
pub(crate) struct Resource {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) decode: bool,
    /// `crate = crate`: a resource of Qelos itself, whose accessor a client may have as a method.
    pub(crate) is_of_qelos: bool,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// The name of the accessor, where the resource says one.
    accessor: Option<Ident>,
    /// The placeholders whose values its handle holds.
    pub(crate) places: Vec<Arg>,
    /// Its type parameters.
    pub(crate) generics: Generics,
    pub(crate) operations: Vec<Operation>,
}

/// A method, and the endpoint it calls.
pub(crate) struct Operation {
    pub(crate) ident: Ident,
    pub(crate) attrs: Vec<Attribute>,
    /// The values that the handle holds, if it calls an endpoint of its own.
    pub(crate) places: Vec<Arg>,
    pub(crate) args: Vec<Arg>,
    /// `()` when it says nothing.
    pub(crate) returns: Type,
    pub(crate) calls: Result<Target, StandIn>,
    /// Whether it says how its pages follow each other, with a mistake or without.
    pub(crate) has_pages: bool,
}

/// An argument of a method, or of an accessor.
#[derive(Clone)]
pub(crate) struct Arg {
    /// Its position in the handle, if that holds it.
    pub(crate) held: Option<usize>,
    pub(crate) ident: Ident,
    pub(crate) written: Type,
    /// The type of the value where it is owned.
    pub(crate) owned: Type,
    pub(crate) borrow: Borrow,
    /// Whether it is not a borrowed text or list, which a struct owns as a `String` or a `Vec`.
    pub(crate) has_size: bool,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
}

/// The endpoint of a method.
pub(crate) enum Target {
    /// Declared by the method itself.
    Own(Box<Endpoint>),
    /// Declared elsewhere.
    Existing(Box<Type>, Source),
    /// None, but another resource, by its trait.
    Nested(Box<Path>),
}

/// Where a method takes the value of an existing endpoint from.
pub(crate) enum Source {
    /// The name of a struct without fields is its value.
    Name(Path),
    /// The one argument.
    Argument(Box<Arg>),
}

/// In place of a target with a mistake. The method can be called, so that code which calls it gets no errors of its
/// own.
pub(crate) struct StandIn {
    /// The parameters of the method. They are refused; a type of an argument may name one.
    pub(crate) generics: Generics,
    /// Types that would have been used. Otherwise the compiler reports their imports as unused.
    pub(crate) uses: Vec<Type>,
    /// The endpoint of the method, if its struct can be written.
    pub(crate) endpoint: Option<Box<EndpointDraft>>,
}

impl Resource {
    pub(crate) fn of(draft: &ResourceDraft, operations: Vec<Operation>) -> Self {
        Self {
            ident: draft.ident.clone(),
            vis: seen_by_us(&draft.vis),
            decode: draft.decode.given().is_some(),
            is_of_qelos: draft.crate_path.given().is_some_and(|path| path.is_ident("crate")),
            attrs: draft.attrs.clone(),
            accessor: draft.accessor.given().cloned(),
            places: Arg::held(draft),
            generics: places::without_defaults(&draft.generics),
            operations,
        }
    }

    /// The methods that have the names of those that are added for the pages of `paged`.
    pub(crate) fn with_names_of_pages(&self, paged: &Operation) -> impl Iterator<Item = &Operation> {
        let names = paged.names_of_pages();
        self.operations.iter().filter(move |other| names.iter().any(|name| other.ident.unraw() == *name))
    }

    pub(crate) fn handle(&self) -> Ident {
        handle(&self.ident)
    }

    pub(crate) fn extension(&self) -> Ident {
        extension(&self.ident)
    }

    /// `ApiTokens` → `api_tokens`.
    pub(crate) fn accessor(&self) -> Ident {
        if let Some(name) = &self.accessor {
            return said_by_us(name);
        }
        let (name, span) = (self.accessor_name(), at_span(self.ident.span()));
        match syn::parse_str::<Ident>(&name) {
            Ok(ident) => Ident::new(&ident.to_string(), span),
            // Reported, and needed all the same.
            Err(_) if NEVER_RAW.contains(&name.as_str()) => format_ident!("{name}_", span = span),
            Err(_) => Ident::new_raw(&name, span),
        }
    }

    /// Where to point when the name of the accessor is wrong.
    pub(crate) fn accessor_span(&self) -> Span {
        self.accessor.as_ref().unwrap_or(&self.ident).span()
    }

    /// The name of the accessor, which may be a keyword.
    pub(crate) fn accessor_name(&self) -> String {
        if let Some(name) = &self.accessor {
            return name.unraw().to_string();
        }
        let mut name = String::new();
        let mut lower = false;
        for c in self.ident.unraw().to_string().chars() {
            if c.is_uppercase() && lower {
                name.push('_');
            }
            lower = !c.is_uppercase();
            name.extend(c.to_lowercase());
        }
        name
    }
}

/// `ApiTokens` → `ApiTokensHandle`.
pub(crate) fn handle(resource: &Ident) -> Ident {
    format_ident!("{}Handle", resource.unraw(), span = at_span(resource.span()))
}

/// `ApiTokens` → `ApiTokensExt`.
fn extension(resource: &Ident) -> Ident {
    format_ident!("{}Ext", resource.unraw(), span = at_span(resource.span()))
}

/// Keywords that cannot be names, not even with `r#` in front.
pub(crate) const NEVER_RAW: &[&str] = &["crate", "self", "super"];

impl Operation {
    pub(crate) fn of(draft: &OperationDraft, resource: &ResourceDraft, calls: Result<Target, StandIn>) -> Self {
        // An `impl Trait` cannot be repeated where a type is named.
        let returns = draft.returns.clone().filter(|ty| !tokens::holds_impl(ty));
        Self {
            ident: draft.ident.clone(),
            attrs: draft.attrs.clone(),
            places: if let Ok(Calls::Own(_)) = draft.calls { Arg::held(resource) } else { Vec::new() },
            args: draft.args.iter().map(Arg::of).collect(),
            returns: returns.unwrap_or_else(|| syn::parse_quote_spanned!(draft.ident.span()=> ())),
            calls,
            has_pages: matches!(&draft.calls, Ok(Calls::Own(settings)) if settings.pages.is_some()),
        }
    }

    /// Whether it borrows a value that its request owns.
    pub(crate) fn borrows(&self) -> bool {
        self.of_fields().any(|arg| arg.borrow != Borrow::No)
    }

    /// The values of the fields of its endpoint.
    pub(crate) fn of_fields(&self) -> impl Iterator<Item = &Arg> {
        self.places.iter().chain(&self.args)
    }

    /// `list` → `list_pages`, `list_items`.
    pub(crate) fn names_of_pages(&self) -> [Ident; 2] {
        let (name, span) = (self.ident.unraw(), at_span(self.ident.span()));
        [format_ident!("{name}_pages", span = span), format_ident!("{name}_items", span = span)]
    }

    /// Whether it exists under a condition: another method may then have its path.
    pub(crate) fn is_conditional(&self) -> bool {
        is_conditional(&self.attrs)
    }
}

fn is_conditional(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}

impl Arg {
    fn of(draft: &ArgDraft) -> Self {
        let FieldDraft { ident, ty: owned, others, .. } = draft.field.clone();
        let ArgDraft { written, borrow, has_size, .. } = draft.clone();
        Self { held: None, ident, written, owned, borrow, has_size, attrs: others }
    }

    /// The values that the handle of a resource holds.
    fn held(resource: &ResourceDraft) -> Vec<Self> {
        let held = |(index, place): (usize, &FieldDraft)| {
            let FieldDraft { ident, ty, others, .. } = place.clone();
            let written = syn::parse_quote_spanned!(ty.span()=> &#ty);
            Self { held: Some(index), ident, written, owned: ty, borrow: Borrow::Whole, has_size: true, attrs: others }
        };
        resource.places.iter().enumerate().map(held).collect()
    }
}

/// The endpoint that a method declares, with the settings of its resource.
pub(crate) fn declared(operation: &OperationDraft, settings: &Settings, resource: &ResourceDraft) -> EndpointDraft {
    let name =
        format_ident!("{}{}", resource.ident.unraw(), pascal(&operation.ident), span = at_span(operation.ident.span()));
    let is_lint = |attr: &&Attribute| attr.path().is_ident("allow") || attr.path().is_ident("expect");
    let lints_of_all = resource.attrs.iter().filter(is_lint);
    let settings = inherit(settings.clone(), resource);
    // One that is a place already was refused.
    let is_held = |field: &&FieldDraft| resource.places.iter().any(|place| place.ident == field.ident);
    let of_args = operation.args.iter().map(|arg| &arg.field).filter(|field| !is_held(field));
    let mut fields: Vec<FieldDraft> = resource.places.iter().chain(of_args).cloned().collect();
    let generics = {
        let Settings { auth, response, error, .. } = &settings;
        let types = fields.iter().map(|field| &field.ty);
        let types: Vec<_> = types.chain([auth, response, error].into_iter().filter_map(Given::given)).collect();
        places::generics_of(&resource.generics, &types)
    };
    fields.extend(places::marker(&generics, &fields, operation.ident.span()));
    EndpointDraft {
        head: StructHead {
            ident: name,
            vis: seen_by_us(&resource.vis),
            generics,
            attrs: operation.attrs.iter().chain(lints_of_all).cloned().collect(),
        },
        settings,
        rename_all: None,
        argument_word: "argument",
        fields,
    }
}

/// The settings of a method, with those of its resource where it has none.
fn inherit(mut settings: Settings, resource: &ResourceDraft) -> Settings {
    settings.path = match (resource.path.given(), settings.path.given()) {
        (Some(prefix), Some(rest)) => Some(Ok(prefix.append(rest))),
        _ => settings.path.or_else(|| resource.path.clone()),
    };
    settings.auth = settings.auth.or_else(|| resource.auth.clone());
    // What a body is read as names a media type of its own.
    let names_its_own =
        matches!(settings.body.as_ref().map(|body| &body.value), Some(BodyKey::Raw(Some(_)) | BodyKey::Format(_)));
    settings.accept = settings.accept.or_else(|| resource.accept.clone().filter(|_| !names_its_own));
    settings.error = settings.error.or_else(|| resource.error.clone());
    settings.timeout = settings.timeout.or(resource.timeout);
    let is_idempotent = settings.verb.given().is_some_and(Verb::is_idempotent) || settings.not_idempotent.is_some();
    settings.idempotent = settings.idempotent.or(resource.idempotent.filter(|_| !is_idempotent));
    let own = std::mem::take(&mut settings.headers);
    let is_replaced = |header: &&HeaderDraft| own.iter().any(|own| own.wire == header.wire);
    settings.headers = resource.headers.iter().filter(|header| !is_replaced(header)).cloned().collect();
    settings.headers.extend(own);
    if let Err(reported) = resource.outcome {
        settings.nothing_is_missing(reported);
    }
    settings
}

/// `list_all` → `ListAll`.
fn pascal(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    name.split('_')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<Vec<_>>()
        })
        .collect()
}

impl Target {
    /// The endpoint that a method declares.
    pub(crate) fn own(
        operation: &OperationDraft,
        resource: &ResourceDraft,
        declared: EndpointDraft,
        endpoint: Result<Endpoint, Reported>,
        names: &mut StructNames,
        errors: &Errors,
    ) -> Result<Self, StandIn> {
        let can_be_written = resource.generics.lifetimes().next().is_none() && can_be_written(operation, &declared);
        let claimed = if can_be_written { names.claim(&declared.head.ident, operation, errors) } else { Ok(()) };
        let Settings { auth, error, .. } = &declared.settings;
        let uses = [auth.given(), error.given()].into_iter().flatten().cloned().collect();
        resource.outcome.and(claimed).and(endpoint).map(|endpoint| Self::Own(Box::new(endpoint))).map_err(|reported| {
            let endpoint = can_be_written && claimed.is_ok();
            StandIn::of(operation, uses, endpoint.then(|| Box::new(declared)), reported)
        })
    }

    /// An endpoint that exists already, with its value.
    pub(crate) fn existing(
        operation: &OperationDraft,
        resource: &ResourceDraft,
        ty: &Type,
        errors: &Errors,
    ) -> Result<Self, StandIn> {
        let source = operation.outcome.and(resource.outcome).and_then(|()| source(operation, ty, errors));
        source
            .map(|source| Self::Existing(Box::new(ty.clone()), source))
            .map_err(|reported| StandIn::of(operation, vec![ty.clone()], None, reported))
    }
}

/// Whether the types of a method can stand in a struct, even if it has a mistake.
fn can_be_written(operation: &OperationDraft, declared: &EndpointDraft) -> bool {
    let is_named = |field: &FieldDraft| tokens::first_borrow(&field.ty).is_none() && !tokens::holds_impl(&field.ty);
    operation.generics.params.is_empty()
        && declared.fields.iter().all(is_named)
        && !matches!(declared.settings.response, Some(Err(_)))
}

impl StandIn {
    /// The last argument proves that there is a message: a stand-in without one would hide the mistake.
    pub(crate) fn of(
        operation: &OperationDraft,
        uses: Vec<Type>,
        endpoint: Option<Box<EndpointDraft>>,
        _: Reported,
    ) -> Self {
        Self { generics: operation.generics.clone(), uses, endpoint }
    }
}

// #[endpoint(CreateApiToken)] async fn create(&self, nickname: String, expires_at: Timestamp) …;
fn source(operation: &OperationDraft, ty: &Type, errors: &Errors) -> Result<Source, Reported> {
    match operation.args.as_slice() {
        [] => struct_name(ty).map(Source::Name).ok_or_else(|| {
            let message = "without an argument this has to be the name of a struct without fields; or take the endpoint as the one argument";
            errors.error(ty, message)
        }),
        [argument] => Ok(Source::Argument(Box::new(Arg::of(argument)))),
        [_, second, ..] => {
            let name = quote::quote!(#ty).to_string().replace(' ', "");
            let message = format!("the one argument is the endpoint: `{}(&self, request: &{name})`", operation.ident);
            Err(errors.error(&second.field.ident, message))
        }
    }
}

/// A type as the name of a struct without fields, such as `Find::<u8>`; none if it is no name.
fn struct_name(ty: &Type) -> Option<Path> {
    let mut path = match ty {
        Type::Path(TypePath { qself: None, path, .. }) => path.clone(),
        Type::Group(group) => return struct_name(&group.elem),
        _ => return None,
    };
    for segment in &mut path.segments {
        match &mut segment.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.colon2_token = Some(Token![::](segment.ident.span())),
            PathArguments::Parenthesized(_) => return None,
            PathArguments::None => {}
        }
    }
    Some(path)
}

/// The names of the structs that a resource expands to. Each belongs to one of them.
pub(crate) struct StructNames {
    /// Each with a description of its owner, and whether the owner exists under a condition.
    taken: HashMap<String, (String, bool)>,
}

impl StructNames {
    pub(crate) fn of(resource: &Ident) -> Self {
        let taken = [
            (resource.unraw().to_string(), "the resource itself"),
            (handle(resource).to_string(), "the handle"),
            (extension(resource).to_string(), "the extension trait"),
        ];
        Self { taken: taken.map(|(name, what)| (name, (what.to_owned(), false))).into() }
    }

    // #[resource] trait Things { #[get] async fn handle(&self); }
    fn claim(&mut self, name: &Ident, operation: &OperationDraft, errors: &Errors) -> Result<(), Reported> {
        let (name, method, conditional) = (name.to_string(), &operation.ident, is_conditional(&operation.attrs));
        // Of two that exist under conditions, one may be there when the other is not.
        if let Some((other, _)) = self.taken.get(&name).filter(|(_, other)| !(conditional && *other)) {
            let message =
                format!("the struct of this method would be called like {other}: call the method something else");
            return Err(errors.error(method, message));
        }
        self.taken.insert(name, (format!("that of `{method}`"), conditional));
        Ok(())
    }
}
