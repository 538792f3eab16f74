//! Several endpoints under one name.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{Attribute, Generics, Path, PathArguments, Token, Type, TypePath, Visibility};

use crate::draft::{
    ArgDraft, Borrow, EndpointDraft, FieldDraft, OperationDraft, OperationKind, ResourceDraft, Settings, Slot,
};
use crate::errors::Errors;
use crate::model::Endpoint;
use crate::tokens::{self, at_span, seen_by_us};

/// A resource: a trait whose methods are endpoints.
pub(crate) struct Resource {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) decode: bool,
    /// `crate = crate`: it is one of those that a client has by itself.
    pub(crate) is_of_qelos: bool,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// None, unless they were reported.
    pub(crate) generics: Generics,
    pub(crate) operations: Vec<Operation>,
}

/// A method and the endpoint it calls.
pub(crate) struct Operation {
    pub(crate) ident: Ident,
    pub(crate) attrs: Vec<Attribute>,
    /// None, unless the target is broken.
    pub(crate) generics: Generics,
    pub(crate) args: Vec<Arg>,
    /// `()` when it says nothing.
    pub(crate) returns: Type,
    pub(crate) target: Target,
    /// Types that a stand-in shall use, because what is missing would have.
    pub(crate) mentioned: Vec<Type>,
}

/// An argument of a method.
pub(crate) struct Arg {
    pub(crate) ident: Ident,
    pub(crate) written: Type,
    pub(crate) borrow: Borrow,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
}

/// The endpoint of a method.
pub(crate) enum Target {
    /// Declared by the method itself.
    Own(Box<Endpoint>),
    /// Declared elsewhere.
    Existing(Box<Type>),
    /// Reported; the method exists so that nothing else breaks, and so does its endpoint, if it can.
    Broken(Option<Box<Endpoint>>),
}

impl Resource {
    /// Settles a draft; `check` looks at each endpoint it leads to.
    pub(crate) fn settle(
        mut draft: ResourceDraft,
        ident: &Ident,
        vis: &Visibility,
        errors: &Errors,
        check: impl Fn(&Endpoint, &Errors),
    ) -> Self {
        let operations = std::mem::take(&mut draft.operations);
        let settle = |operation| Operation::settle(operation, &draft, (ident, vis), errors, &check);
        let operations = operations.into_iter().map(settle).collect();
        let decode = draft.decode.as_given().is_some();
        let is_of_qelos = draft.crate_path.as_given().is_some_and(|crate_path| crate_path.is_ident("crate"));
        Self {
            is_of_qelos,
            ident: ident.clone(),
            vis: seen_by_us(vis),
            decode,
            attrs: draft.attrs,
            generics: draft.generics,
            operations,
        }
    }

    /// `ApiTokens` → `ApiTokensHandle`.
    pub(crate) fn handle(&self) -> Ident {
        format_ident!("{}Handle", self.ident.unraw(), span = at_span(self.ident.span()))
    }

    /// `ApiTokens` → `ApiTokensExt`.
    pub(crate) fn extension(&self) -> Ident {
        format_ident!("{}Ext", self.ident.unraw(), span = at_span(self.ident.span()))
    }

    /// `ApiTokens` → `api_tokens`.
    pub(crate) fn accessor(&self) -> Ident {
        let (name, span) = (self.accessor_name(), at_span(self.ident.span()));
        match syn::parse_str::<Ident>(&name) {
            Ok(ident) => Ident::new(&ident.to_string(), span),
            // Reported, and needed all the same.
            Err(_) if NEVER_RAW.contains(&name.as_str()) => format_ident!("{name}_", span = span),
            Err(_) => Ident::new_raw(&name, span),
        }
    }

    /// The name of the accessor, which may be a keyword.
    pub(crate) fn accessor_name(&self) -> String {
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

/// What a method says, and what its resource says for all.
fn inherit(mut settings: Settings, resource: &ResourceDraft, returns: Option<Type>) -> Settings {
    settings.path = match (resource.path.as_given(), settings.path.as_given()) {
        (Some(prefix), rest) => Slot::Given(prefix.append(rest)),
        (None, _) => settings.path.or(&resource.path),
    };
    settings.auth = settings.auth.or(&resource.auth);
    settings.response = returns.map_or(Slot::Absent, Slot::Given);
    if resource.broken {
        settings.nothing_is_missing();
    }
    settings
}

/// Keywords that cannot be names, not even with `r#` in front.
pub(crate) const NEVER_RAW: &[&str] = &["crate", "self", "super"];

/// A type as the name of a struct without fields, such as `Find::<u8>`; none if it is no name.
pub(crate) fn struct_name(ty: &Type) -> Option<Path> {
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

impl Arg {
    fn of(draft: &ArgDraft) -> Self {
        let FieldDraft { ident, others, .. } = &draft.field;
        let (ident, attrs) = (ident.clone(), others.clone());
        Self { ident, written: draft.written.clone(), borrow: draft.borrow, attrs }
    }
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

impl Operation {
    fn settle(
        draft: OperationDraft,
        resource: &ResourceDraft,
        (ident, vis): (&Ident, &Visibility),
        errors: &Errors,
        check: impl Fn(&Endpoint, &Errors),
    ) -> Self {
        let OperationDraft { ident: method, attrs, generics, args, returns, kind, broken, hollow } = draft;
        let before = errors.count();
        let written = args.iter().map(Arg::of).collect();
        let mut mentioned = Vec::new();
        let target = match kind {
            OperationKind::Unknown => {
                mentioned.extend(resource.auth.as_given().cloned());
                Target::Broken(None)
            }
            OperationKind::Existing(ty) if broken || resource.broken => {
                mentioned.push(*ty);
                Target::Broken(None)
            }
            OperationKind::Existing(ty) => {
                mentioned.push((*ty).clone());
                Target::Existing(ty)
            }
            OperationKind::Own(settings) => {
                let settings = inherit(*settings, resource, returns.clone());
                mentioned.extend(settings.auth.as_given().cloned());
                mentioned.extend(settings.error.as_given().cloned());
                let is_lint = |attr: &&Attribute| attr.path().is_ident("allow") || attr.path().is_ident("expect");
                let lints_of_all: Vec<_> = resource.attrs.iter().filter(is_lint).cloned().collect();
                let draft = EndpointDraft {
                    ident: format_ident!("{}{}", ident.unraw(), pascal(&method), span = at_span(method.span())),
                    vis: seen_by_us(vis),
                    generics: Generics::default(),
                    attrs: [&attrs[..], &lints_of_all[..]].concat(),
                    settings,
                    rename_all: Slot::Absent,
                    argument_word: "argument",
                    fields: args.into_iter().map(|arg| arg.field).collect(),
                };
                let endpoint = Box::new(Endpoint::settle(draft, errors));
                if !broken {
                    check(&endpoint, errors);
                }
                let hollow = hollow || !resource.generics.params.is_empty();
                if broken || resource.broken || errors.count() != before {
                    Target::Broken(Some(endpoint).filter(|_| !hollow))
                } else {
                    Target::Own(endpoint)
                }
            }
        };
        // What cannot be named cannot be repeated.
        let returns = returns.filter(|ty| !tokens::holds_impl(ty.to_token_stream()));
        let returns = returns.unwrap_or_else(|| syn::parse_quote_spanned!(method.span()=> ()));
        Self { ident: method, attrs, generics, args: written, returns, target, mentioned }
    }

    /// Whether it exists under a condition, so that another one may have what it has.
    pub(crate) fn is_conditional(&self) -> bool {
        self.attrs.iter().any(|attr| attr.path().is_ident("cfg"))
    }

    /// Where an operation is pointed at when it clashes with another.
    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }
}
