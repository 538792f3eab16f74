//! Several endpoints under one name.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Attribute, Generics, Path, PathArguments, Token, Type, TypePath, Visibility};

use crate::cx::Cx;
use crate::draft::{ArgDraft, Borrow, EndpointDraft, OperationDraft, OperationKind, ResourceDraft, Slot};
use crate::model::Endpoint;

/// A resource: a trait whose methods are endpoints.
pub(crate) struct Resource {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) decode: bool,
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
}

/// An argument of a method.
pub(crate) struct Arg {
    pub(crate) ident: Ident,
    pub(crate) written: Type,
    pub(crate) borrow: Borrow,
}

/// The endpoint of a method.
pub(crate) enum Target {
    /// Declared by the method itself.
    Own(Box<Endpoint>),
    /// Declared elsewhere.
    Existing(Box<Type>),
    /// Reported; the method exists so that nothing else breaks.
    Broken,
}

impl Resource {
    /// Settles a draft; `check` looks at each operation, and at the endpoint it leads to.
    pub(crate) fn settle(
        draft: ResourceDraft,
        ident: &Ident,
        vis: &Visibility,
        cx: &Cx,
        check: impl Fn(&Target, &[Arg], &Cx),
    ) -> Self {
        let ResourceDraft { path, auth, decode, operations, krate: _ } = draft;
        let settle = |operation: OperationDraft| {
            let OperationDraft { ident: method, attrs, generics, args, returns, kind } = operation;
            let before = cx.count();
            let written: Vec<_> = args.iter().map(Arg::of).collect();
            let target = match kind {
                OperationKind::Broken => Target::Broken,
                OperationKind::Existing(ty) => Target::Existing(ty),
                OperationKind::Own(mut settings) => {
                    settings.path = match (path.as_given(), settings.path.as_given()) {
                        (Some(prefix), rest) => Slot::Given(prefix.append(rest)),
                        (None, _) => settings.path.or(&path),
                    };
                    settings.auth = settings.auth.or(&auth);
                    settings.response = returns.clone().map_or(Slot::Absent, Slot::Given);
                    let endpoint = Endpoint::settle(
                        EndpointDraft {
                            ident: format_ident!("{}{}", ident.unraw(), pascal(&method), span = method.span()),
                            vis: vis.clone(),
                            generics: Generics::default(),
                            attrs: attrs.clone(),
                            settings: *settings,
                            rename_all: Slot::Absent,
                            fields: args.into_iter().map(|arg| arg.field).collect(),
                        },
                        cx,
                    );
                    Target::Own(Box::new(endpoint))
                }
            };
            check(&target, &written, cx);
            let target = if cx.count() == before { target } else { Target::Broken };
            let returns = returns.unwrap_or_else(|| syn::parse_quote!(()));
            Operation { ident: method, attrs, generics, args: written, returns, target }
        };
        let operations = operations.into_iter().map(settle).collect();
        Self { ident: ident.clone(), vis: vis.clone(), decode, operations }
    }

    /// `ApiTokens` → `ApiTokensHandle`.
    pub(crate) fn handle(&self) -> Ident {
        format_ident!("{}Handle", self.ident.unraw(), span = self.ident.span())
    }

    /// `ApiTokens` → `ApiTokensExt`.
    pub(crate) fn extension(&self) -> Ident {
        format_ident!("{}Ext", self.ident.unraw(), span = self.ident.span())
    }

    /// `ApiTokens` → `api_tokens`.
    pub(crate) fn accessor(&self) -> Ident {
        let (name, span) = (self.accessor_name(), self.ident.span());
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
        Self { ident: draft.field.ident.clone(), written: draft.written.clone(), borrow: draft.borrow }
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

/// Where an operation is pointed at when it clashes with another.
impl Operation {
    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }
}
